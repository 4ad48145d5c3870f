# SPDX-License-Identifier: Apache-2.0
"""List compute hosts."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.lister import Lister

from nova_cells.cli.manage import hosts, rows
from nova_cells.global_api import cell_registry


class List(Lister):
    """List the compute hosts of all cells or of one, as the cells last published them."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("--cell", help="name or uuid")
        return parser

    def take_action(self, parsed_args: Namespace) -> rows.Table:
        database = self.app.reach.database
        entries = cell_registry.entries(database)
        if parsed_args.cell:
            entries = [cell_registry.find(database, parsed_args.cell)]
        return hosts.table(database, entries)
