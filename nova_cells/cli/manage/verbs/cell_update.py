# SPDX-License-Identifier: Apache-2.0
"""Rename a cell or say where its bus is now."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.show import ShowOne

from nova_cells.cli.manage import rows
from nova_cells.global_api import cell_registry


class Update(ShowOne):
    """Rename a cell, or change its transport URL; no process needs a restart."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("cell", help="name or uuid")
        parser.add_argument("--name", help="the new name")
        parser.add_argument("--transport-url-file", metavar="FILE", help="- for standard input")
        return parser

    def take_action(self, parsed_args: Namespace) -> rows.Record:
        reach = self.app.reach
        file = parsed_args.transport_url_file
        url = reach.transport_url(file) if file else None
        if parsed_args.name is None and url is None:
            raise RuntimeError("nothing to change: give --name or --transport-url-file")
        changed = cell_registry.change(
            reach.database, parsed_args.cell, name=parsed_args.name, transport_url=url
        )
        return rows.cell(changed)
