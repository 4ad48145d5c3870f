# SPDX-License-Identifier: Apache-2.0
"""Fill the index of servers from the cells, online."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.lister import Lister

from nova_cells.cli.manage import rows
from nova_cells.contracts import Outcome
from nova_cells.global_api import cell_registry
from nova_cells.global_api.index.check import IndexCheck
from nova_cells.global_api.router.adoption import take_all


class Rebuild(Lister):
    """Read all hosts, servers and migrations of cells into the index while everything runs.

    Only what is newer replaces a row. Exit code 1: a cell did not answer.
    """

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("--cell", help="name or uuid; default: all")
        return parser

    def run(self, parsed_args: Namespace) -> int:
        self._wrong = False
        return super().run(parsed_args) or int(self._wrong)

    def take_action(self, parsed_args: Namespace) -> rows.Table:
        reach = self.app.reach
        check = IndexCheck(reach.database)
        zone = reach.conf.router.default_availability_zone
        told: list[tuple[object, ...]] = []
        for entry in cell_registry.chosen(reach.database, parsed_args.cell):
            cell = reach.handle(entry)
            try:
                number = take_all(reach.database, cell, zone)
                left = [each for each in check.differences(cell) if not check.repair(cell, each)]
                told.append((entry.name, number, len(left), "done"))
            except Outcome as outcome:
                told.append((entry.name, None, None, f"failed: {outcome}"))
                self._wrong = True
        return ("Cell", "Servers", "Differences left", "Result"), told
