# SPDX-License-Identifier: Apache-2.0
"""The schemas of both kinds of database: bring one up to this release, say where it is."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.command import Command
from cliff.show import ShowOne

from nova_cells.runtime.db import schema


class _GlobalTree:
    tree = "global_api"

    @property
    def url(self) -> str:
        return self.app.reach.global_url


class _CellTree:
    tree = "cell"

    @property
    def url(self) -> str:
        return self.app.reach.cell_url


class _Sync(Command):
    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument(
            "--local_cell", action="store_true", help="taken and not needed: it never is another's"
        )
        return parser

    def take_action(self, parsed_args: Namespace) -> None:
        before = schema.current(self.url, self.tree)
        schema.upgrade(self.url, self.tree)
        after = schema.current(self.url, self.tree)
        said = "is up to date" if before == after else f"upgraded from {before or 'nothing'}"
        print(f"schema {after}: {said}")


class _Version(ShowOne):
    def take_action(self, parsed_args: Namespace) -> tuple[tuple[str, ...], tuple[object, ...]]:
        current, head = schema.current(self.url, self.tree), schema.head(self.tree)
        return ("Current", "Newest", "Up to date"), (current, head, current == head)


class GlobalSync(_GlobalTree, _Sync):
    """Bring the schema of the global database up to this release."""


class GlobalVersion(_GlobalTree, _Version):
    """Print the schema revision of the global database and the one this release brings."""


class CellSync(_CellTree, _Sync):
    """Bring the schema of one cell's database up to this release."""


class CellVersion(_CellTree, _Version):
    """Print the schema revision of one cell's database and the one this release brings."""
