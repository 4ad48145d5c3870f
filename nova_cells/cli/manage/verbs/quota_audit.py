# SPDX-License-Identifier: Apache-2.0
"""Say where counted usage and what lives differ; nothing is corrected."""

from __future__ import annotations

import dataclasses
from argparse import ArgumentParser, Namespace

from cliff.lister import Lister

from nova_cells.cli.manage import rows
from nova_cells.global_api.quota import audit


class Audit(Lister):
    """Compare usage with servers, key pairs and groups. Exit code 1: there is a difference."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument(
            "--settle",
            type=float,
            default=audit.SETTLE,
            metavar="SECONDS",
            help="a difference is told when it is there before and after this time",
        )
        return parser

    def run(self, parsed_args: Namespace) -> int:
        self._wrong = False
        return super().run(parsed_args) or int(self._wrong)

    def take_action(self, parsed_args: Namespace) -> rows.Table:
        found = audit.audit(self.app.reach.database, settle=parsed_args.settle)
        self._wrong = bool(found)
        columns = ("What", "Owner", "Resource", "Counted", "Found")
        return columns, [dataclasses.astuple(each) for each in found]
