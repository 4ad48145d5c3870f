# SPDX-License-Identifier: Apache-2.0
"""Forget a compute host."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.command import Command

from nova_cells.global_api import cell_registry


class Delete(Command):
    """Forget a compute host; refused by its cell while servers or operations are on it."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("--cell", required=True, help="name or uuid")
        parser.add_argument("host")
        return parser

    def take_action(self, parsed_args: Namespace) -> None:
        reach = self.app.reach
        entry = cell_registry.find(reach.database, parsed_args.cell)
        reach.cell(entry).delete_host(name=parsed_args.host)
        print(f"host {parsed_args.host} of cell {entry.name} is forgotten")
