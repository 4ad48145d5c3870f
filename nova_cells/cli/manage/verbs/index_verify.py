# SPDX-License-Identifier: Apache-2.0
"""Compare the index of servers with the cells, online."""

from __future__ import annotations

import dataclasses
from argparse import ArgumentParser, Namespace

from cliff.lister import Lister

from nova_cells.cli.manage import rows
from nova_cells.contracts import Outcome
from nova_cells.global_api import cell_registry
from nova_cells.global_api.index.check import SETTLE, IndexCheck


class Verify(Lister):
    """Say where index and cells do not agree. Exit code 1: somewhere, or a cell did not answer."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("--cell", help="name or uuid; default: all")
        parser.add_argument(
            "--repair", action="store_true", help="put the index right from the cells"
        )
        parser.add_argument(
            "--settle",
            type=float,
            default=SETTLE,
            metavar="SECONDS",
            help="a difference is told when it is there before and after this time",
        )
        return parser

    def run(self, parsed_args: Namespace) -> int:
        self._wrong = False
        return super().run(parsed_args) or int(self._wrong)

    def take_action(self, parsed_args: Namespace) -> rows.Table:
        reach = self.app.reach
        check = IndexCheck(reach.database, settle=parsed_args.settle)
        told: list[tuple[object, ...]] = []
        for entry in cell_registry.chosen(reach.database, parsed_args.cell):
            cell = reach.handle(entry)
            try:
                for found in check.differences(cell):
                    done = parsed_args.repair and check.repair(cell, found)
                    told.append((*dataclasses.astuple(found), done))
                    self._wrong |= not done
            except Outcome as outcome:
                told.append((entry.name, "", "", f"not compared: {outcome}", False))
                self._wrong = True
        return ("Cell", "Project", "Server", "Difference", "Repaired"), told
