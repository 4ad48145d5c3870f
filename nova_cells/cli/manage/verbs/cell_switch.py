# SPDX-License-Identifier: Apache-2.0
"""Open a cell for builds, or close it; what lives there goes on."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.show import ShowOne

from nova_cells.cli.manage import rows
from nova_cells.global_api import cell_registry


class _Switch(ShowOne):
    enabled: bool

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("cell", help="name or uuid")
        return parser

    def take_action(self, parsed_args: Namespace) -> rows.Record:
        database = self.app.reach.database
        return rows.cell(cell_registry.change(database, parsed_args.cell, enabled=self.enabled))


class Enable(_Switch):
    """Open a cell for new servers."""

    enabled = True


class Disable(_Switch):
    """Close a cell for new servers; those that live there are served as before."""

    enabled = False
