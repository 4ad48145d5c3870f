# SPDX-License-Identifier: Apache-2.0
"""What an operator says a cell is: open or closed for builds, dead, or to be believed again."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.show import ShowOne

from nova_cells.cli.manage import moves, rows
from nova_cells.global_api import cell_registry
from nova_cells.global_api.cell_states import DISABLED, ENABLED, FENCED, RESTORED
from nova_cells.global_api.operations.engine import GlobalOperations


class _Switch(ShowOne):
    state: str

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("cell", help="name or uuid")
        return parser

    def take_action(self, parsed_args: Namespace) -> rows.Record:
        database = self.app.reach.database
        self.check(cell_registry.find(database, parsed_args.cell), parsed_args)
        return rows.cell(cell_registry.change(database, parsed_args.cell, state=self.state))

    def check(self, entry: cell_registry.CellEntry, parsed_args: Namespace) -> None:
        """Raise unless this may be said of the cell."""
        if entry.state in (FENCED, RESTORED):
            raise RuntimeError(f"cell {entry.name} is {entry.state}: see `cell readmit`")


class Enable(_Switch):
    """Open a cell for new servers."""

    state = ENABLED


class Disable(_Switch):
    """Close a cell for new servers; those that live there are served as before."""

    state = DISABLED


class Fence(_Switch):
    """Declare a cell dead: it is neither asked nor believed, so that its servers may be evacuated.

    Its hosts must be off, or cut off from disks and networks: else a guest may run twice.
    """

    state = FENCED

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument(
            "--its-hosts-are-off", action="store_true", help="you have made sure of it"
        )
        return parser

    def check(self, entry: cell_registry.CellEntry, parsed_args: Namespace) -> None:
        if not parsed_args.its_hosts_are_off:
            raise RuntimeError(
                f"make sure that no host of cell {entry.name} runs a guest, then say so with "
                "--its-hosts-are-off"
            )


class Readmit(_Switch):
    """Believe a cell again that was fenced, or found to be put back from a backup.

    It is closed for new servers at first. A router tells it what has become of its servers: it lets
    go of those that are another cell's by now, or deleted. Have its conductors run before its
    hosts. The index never goes back: what the cell has forgotten is told by `index verify`.
    """

    state = DISABLED

    def check(self, entry: cell_registry.CellEntry, parsed_args: Namespace) -> None:
        if entry.state not in (FENCED, RESTORED):
            raise RuntimeError(f"cell {entry.name} is {entry.state} and believed already")
        moves.insist_on_rest(self.app.reach.database, entry.uuid)

    def take_action(self, parsed_args: Namespace) -> rows.Record:
        made = super().take_action(parsed_args)
        database = self.app.reach.database
        cell_registry.forget_mark(database, parsed_args.cell)
        GlobalOperations(database).readmit(cell_registry.find(database, parsed_args.cell).uuid)
        return made
