# SPDX-License-Identifier: Apache-2.0
"""Move everything out of a cell."""

from __future__ import annotations

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from cliff.lister import Lister

from nova_cells.cli.manage import moves, progress, rows
from nova_cells.runtime.db import Database

LOOK_AGAIN = 1.0  # seconds


class Drain(Lister):
    """Close a cell and move everything out; lists what is left, and what keeps it.

    The same again shows how far it is. It is given up by `cell enable` or `cell disable`.
    """

    evacuates = False

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("cell", help="name or uuid")
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--pause", action="store_true", help="begin no more moves for now")
        how.add_argument("--resume", action="store_true", help="go on")
        how.add_argument("--dry-run", action="store_true", help="list what would be moved")
        parser.add_argument("--watch", action="store_true", help="until it is empty")
        return parser

    def take_action(self, parsed_args: Namespace) -> rows.Table:
        database = self.app.reach.database
        if parsed_args.dry_run:
            moves.insist_on_drain(database, parsed_args.cell, evacuates=self.evacuates)
            return moves.left(database, parsed_args.cell)
        if parsed_args.pause or parsed_args.resume:
            moves.pause(database, parsed_args.cell, paused=parsed_args.pause)
        else:
            moves.drain(database, parsed_args.cell, evacuates=self.evacuates)
        if parsed_args.watch:
            progress.follow("servers moved", _steps(database, parsed_args.cell))
        return moves.left(database, parsed_args.cell)


def _steps(database: Database, cell: str) -> Iterator[progress.Step]:
    while True:
        left, total, going = moves.progress(database, cell)
        yield total - left, total
        if not going:
            return
        time.sleep(LOOK_AGAIN)
