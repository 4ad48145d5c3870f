# SPDX-License-Identifier: Apache-2.0
"""Show one cell."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.show import ShowOne

from nova_cells.cli.manage import rows
from nova_cells.contracts import Outcome
from nova_cells.global_api import cell_registry


class Show(ShowOne):
    """Show one cell, how many servers live there, and whether its conductors answer."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("cell", help="name or uuid")
        return parser

    def take_action(self, parsed_args: Namespace) -> rows.Record:
        reach = self.app.reach
        entry = cell_registry.find(reach.database, parsed_args.cell)
        names, values = rows.cell(entry)
        try:
            facts = reach.cell(entry).facts()
            answers, generation = "yes", facts.bundle_generation
        except Outcome as outcome:
            answers, generation = f"no: {outcome}", None
        servers = cell_registry.count_servers(reach.database, entry.uuid)
        more = ("Servers", "Answers", "Bundle generation")
        return (*names, *more), (*values, servers, answers, generation)
