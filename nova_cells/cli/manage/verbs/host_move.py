# SPDX-License-Identifier: Apache-2.0
"""Move a compute host to another cell."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.show import ShowOne

from nova_cells.cli.manage import moves, rows
from nova_cells.global_api.operations import host_moves
from nova_cells.global_api.operations.engine import GlobalOperations


class Move(ShowOne):
    """Move a host to another cell; it keeps its name, and its agent is not restarted.

    Refused while servers live there, unless --drain moves them to other hosts of its cell. A router
    does it; --wait looks on until it is over.
    """

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("host")
        parser.add_argument("--to-cell", metavar="CELL", required=True, help="name or uuid")
        parser.add_argument("--drain", action="store_true", help="move its servers away first")
        parser.add_argument(
            "--transport-url-from",
            metavar="REFERENCE",
            help="where the host finds the cell's bus; by default as this deployment does",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done")
        parser.add_argument("--wait", action="store_true", help="until it is over")
        return parser

    def take_action(self, parsed_args: Namespace) -> rows.Record:
        database = self.app.reach.database
        plan = host_moves.plan(
            database,
            parsed_args.host,
            parsed_args.to_cell,
            drain=parsed_args.drain,
            transport=parsed_args.transport_url_from,
        )
        names = ("Host", "From", "To", "Servers", "Operation", "State", "Message")
        told = (plan.host, plan.source.name, plan.to.name, plan.servers)
        if parsed_args.dry_run:
            return names, (*told, None, "nothing done", None)
        operation = host_moves.begin(GlobalOperations(database), plan)
        if parsed_args.wait:
            moves.wait(database, operation)
        found = dict(zip(*moves.shown(database, operation), strict=True))
        return names, (*told, operation, found["State"], found["Message"])
