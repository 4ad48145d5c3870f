# SPDX-License-Identifier: Apache-2.0
"""The schema of one cell's database."""

from __future__ import annotations

from argparse import Namespace

from cliff.command import Command
from cliff.show import ShowOne

from nova_cells.runtime.db import schema


class Sync(Command):
    """Bring the schema of one cell's database up to this release."""

    def take_action(self, parsed_args: Namespace) -> None:
        url = self.app.reach.cell_url
        before = schema.current(url, "cell")
        schema.upgrade(url, "cell")
        after = schema.current(url, "cell")
        said = "is up to date" if before == after else f"upgraded from {before or 'nothing'}"
        print(f"schema {after}: {said}")


class Version(ShowOne):
    """Print the schema revision of one cell's database and the one this release brings."""

    def take_action(self, parsed_args: Namespace) -> tuple[tuple[str, ...], tuple[object, ...]]:
        url = self.app.reach.cell_url
        current, head = schema.current(url, "cell"), schema.head("cell")
        return ("Current", "Newest", "Up to date"), (current, head, current == head)
