# SPDX-License-Identifier: Apache-2.0
"""Forget a cell."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.command import Command

from nova_cells.global_api import cell_registry


class Delete(Command):
    """Forget a cell in which no server lives; its own database and bus are left alone."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("cell", help="name or uuid")
        return parser

    def take_action(self, parsed_args: Namespace) -> None:
        gone = cell_registry.remove(self.app.reach.database, parsed_args.cell)
        print(f"cell {gone.name} ({gone.uuid}) is forgotten")
