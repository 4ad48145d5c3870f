# SPDX-License-Identifier: Apache-2.0
"""`cell_v2 list_cells`: the columns tools read. No password is shown, whatever is asked."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.lister import Lister

from nova_cells.cli.manage import rows
from nova_cells.global_api import cell_registry

PRIVATE = "private"


class ListCells(Lister):
    """List the cells; their databases are known to themselves only."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("--verbose", action="store_true", help="taken and not needed")
        return parser

    def take_action(self, parsed_args: Namespace) -> rows.Table:
        columns = ("Name", "UUID", "Transport URL", "Database Connection", "Disabled")
        return columns, [
            (entry.name, entry.uuid, entry.transport, PRIVATE, not entry.enabled)
            for entry in cell_registry.entries(self.app.reach.database)
        ]
