# SPDX-License-Identifier: Apache-2.0
"""`cell_v2 delete_cell`, `list_hosts`, `delete_host` and `verify_instance`."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.command import Command
from cliff.lister import Lister

from nova_cells.cli.manage import hosts, rows, servers
from nova_cells.global_api import cell_registry
from nova_cells.global_api.faults import NotFound


def _by_uuid(parser: ArgumentParser, *, required: bool = True) -> ArgumentParser:
    parser.add_argument("--cell_uuid", "--cell-uuid", required=required)
    return parser


class DeleteCell(Command):
    """Forget a cell in which no server lives; hosts without servers do not keep it."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = _by_uuid(super().get_parser(prog_name))
        parser.add_argument("--force", action="store_true", help="taken and not needed")
        return parser

    def take_action(self, parsed_args: Namespace) -> None:
        cell_registry.remove(self.app.reach.database, parsed_args.cell_uuid)


class ListHosts(Lister):
    """List the hosts of all cells or of one."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        return _by_uuid(super().get_parser(prog_name), required=False)

    def take_action(self, parsed_args: Namespace) -> rows.Table:
        database = self.app.reach.database
        cells = {
            entry.name: entry.uuid
            for entry in cell_registry.chosen(database, parsed_args.cell_uuid)
        }
        entries = cell_registry.chosen(database, parsed_args.cell_uuid)
        _columns, found = hosts.table(database, entries)
        return ("Cell Name", "Cell UUID", "Hostname"), [
            (row[0], cells[str(row[0])], row[1]) for row in found
        ]


class DeleteHost(Command):
    """Forget a host; refused by its cell while servers or operations are on it."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = _by_uuid(super().get_parser(prog_name))
        parser.add_argument("--host", required=True)
        return parser

    def take_action(self, parsed_args: Namespace) -> None:
        reach = self.app.reach
        entry = cell_registry.find(reach.database, parsed_args.cell_uuid)
        reach.cell(entry).delete_host(name=parsed_args.host)


class VerifyInstance(Command):
    """Say in which cell a server is. Exit code 1: in none; 3: it is not placed yet."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("--uuid", required=True)
        parser.add_argument("--quiet", action="store_true")
        return parser

    def take_action(self, parsed_args: Namespace) -> int:
        try:
            _columns, facts = servers.whereabouts(self.app.reach.database, parsed_args.uuid)
        except NotFound:
            return 1
        if facts[2] == "none":
            return 3
        if not parsed_args.quiet:
            print(f"Instance {parsed_args.uuid} is in cell: {facts[2]}")
        return 0
