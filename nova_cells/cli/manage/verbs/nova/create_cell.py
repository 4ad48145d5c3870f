# SPDX-License-Identifier: Apache-2.0
"""`cell_v2 create_cell`, `update_cell`, `simple_cell_setup`. A URL not given is that of [cell]."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from uuid import uuid4

from cliff.command import Command

from nova_cells.global_api import cell_registry
from nova_cells.global_api.faults import NotFound


class _Cell(Command):
    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("--transport-url", "--transport_url", help="default: [cell]")
        parser.add_argument("--name")
        parser.add_argument("--verbose", action="store_true", help="print the uuid")
        if type(self) is not SimpleSetup:
            parser.add_argument(
                "--database_connection",
                "--database-connection",
                help="taken and not kept: only the cell itself knows its database",
            )
        return parser

    def url(self, parsed_args: Namespace) -> str:
        """Where the cell's bus is."""
        found = parsed_args.transport_url or self.app.reach.transport_url(None)
        if not found:
            raise RuntimeError("no transport URL: set [cell] transport_url or --transport-url")
        return str(found)


class CreateCell(_Cell):
    """Make a cell known to the API and routers. Exit code 2: it already exists."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("--disabled", action="store_true", help="closed for new servers")
        return parser

    def take_action(self, parsed_args: Namespace) -> int:
        database, url = self.app.reach.database, self.url(parsed_args)
        name = parsed_args.name or self.app.reach.conf.cell.name or "cell1"
        if any(name == entry.name for entry in cell_registry.entries(database)):
            print(f"A cell named {name} already exists.")
            return 2
        uuid = self.app.reach.conf.cell.uuid or str(uuid4())
        made = cell_registry.create(database, uuid, name, url)
        if parsed_args.disabled:
            cell_registry.change(database, made.uuid, enabled=False)
        if parsed_args.verbose:
            print(made.uuid)
        return 0


class SimpleSetup(_Cell):
    """Make the one cell of a small cloud known; the same again changes nothing."""

    def take_action(self, parsed_args: Namespace) -> None:
        database, url = self.app.reach.database, self.url(parsed_args)
        if not cell_registry.entries(database):
            uuid = self.app.reach.conf.cell.uuid or str(uuid4())
            cell_registry.create(database, uuid, parsed_args.name or "cell1", url)


class UpdateCell(_Cell):
    """Rename a cell, say where its bus is, open or close it."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("--cell_uuid", "--cell-uuid", required=True)
        parser.add_argument("--disable", action="store_true")
        parser.add_argument("--enable", action="store_true")
        return parser

    def take_action(self, parsed_args: Namespace) -> None:
        if parsed_args.enable and parsed_args.disable:
            raise RuntimeError("a cell is enabled or disabled, not both")
        said = parsed_args.enable or parsed_args.disable
        try:
            cell_registry.change(
                self.app.reach.database,
                parsed_args.cell_uuid,
                name=parsed_args.name,
                transport_url=self.url(parsed_args),
                enabled=parsed_args.enable if said else None,
            )
        except NotFound:
            if not parsed_args.cell_uuid.startswith("00000000-"):
                raise
            print("Nothing to do: there is no cell0.")
