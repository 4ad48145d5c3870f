# SPDX-License-Identifier: Apache-2.0
"""The schema of the global database."""

from __future__ import annotations

from argparse import Namespace

from cliff.command import Command
from cliff.show import ShowOne

from nova_cells.runtime.db import schema


class Sync(Command):
    """Bring the schema of the global database up to this release."""

    def take_action(self, parsed_args: Namespace) -> None:
        url = self.app.reach.global_url
        before = schema.current(url, "global_api")
        schema.upgrade(url, "global_api")
        after = schema.current(url, "global_api")
        said = "is up to date" if before == after else f"upgraded from {before or 'nothing'}"
        print(f"schema {after}: {said}")


class Version(ShowOne):
    """Print the schema revision of the global database and the one this release brings."""

    def take_action(self, parsed_args: Namespace) -> tuple[tuple[str, ...], tuple[object, ...]]:
        url = self.app.reach.global_url
        current, head = schema.current(url, "global_api"), schema.head("global_api")
        return ("Current", "Newest", "Up to date"), (current, head, current == head)
