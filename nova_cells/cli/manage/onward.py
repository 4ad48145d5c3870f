# SPDX-License-Identifier: Apache-2.0
"""What commands have in common that have one server live in another cell."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.show import ShowOne

from nova_cells.cli.manage import moves, rows


class Onward(ShowOne):
    """Begins it, and tells how far it is."""

    evacuates = False

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("server", help="uuid")
        parser.add_argument("--to-cell", metavar="CELL", help="name or uuid; the best if not given")
        parser.add_argument("--host", help="a host of that cell")
        parser.add_argument("--wait", action="store_true", help="until it is over")
        return parser

    def take_action(self, parsed_args: Namespace) -> rows.Record:
        database = self.app.reach.database
        if parsed_args.host and not parsed_args.to_cell:
            raise RuntimeError("name the cell of the host too: --to-cell")
        wish = (parsed_args.server, parsed_args.to_cell, parsed_args.host)
        operation = moves.begin(database, *wish, evacuates=self.evacuates)
        if parsed_args.wait:
            moves.wait(database, operation)
        return moves.shown(database, operation)
