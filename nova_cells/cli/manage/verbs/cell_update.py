# SPDX-License-Identifier: Apache-2.0
"""Rename a cell, say where its bus is now, or what part it has in placing servers."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from typing import Any

from cliff.show import ShowOne

from nova_cells.cli.manage import rows
from nova_cells.global_api import cell_registry


class Update(ShowOne):
    """Change what is known of a cell; no process needs a restart."""

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        parser.add_argument("cell", help="name or uuid")
        parser.add_argument("--name", help="the new name")
        parser.add_argument("--transport-url-file", metavar="FILE", help="- for standard input")
        parser.add_argument(
            "--transport-url-from",
            metavar="REFERENCE",
            help="file:/path, env:NAME or castellan:ID: where the URL is looked up when needed",
        )
        parser.add_argument(
            "--zone", action="append", help="requests for this zone go only to cells that name it"
        )
        parser.add_argument("--no-zones", action="store_true", help="bind no zone to it any more")
        for name, kind, text in _RULES:
            parser.add_argument(name, type=_maybe(kind), help=f"{text}; none takes it back")
        return parser

    def take_action(self, parsed_args: Namespace) -> rows.Record:
        reach = self.app.reach
        url = parsed_args.transport_url_from
        if parsed_args.transport_url_file:
            url = reach.transport_url(parsed_args.transport_url_file)
        rules = _rules(parsed_args)
        if parsed_args.name is None and url is None and not rules:
            raise RuntimeError("nothing to change: see --help")
        changed = cell_registry.change(
            reach.database,
            parsed_args.cell,
            name=parsed_args.name,
            transport_url=url,
            rules=rules or None,
        )
        return rows.cell(changed)


_RULES: tuple[tuple[str, type, str], ...] = (
    ("--canary", int, "percent of choices it takes part in"),
    ("--max-instances", int, "servers after which it is full"),
    ("--max-hosts", int, "hosts after which it takes no more"),
    ("--weight", float, "its chance against other cells is multiplied by this"),
)


def _maybe(kind: type) -> Any:
    def read(text: str) -> Any:
        return "none" if text == "none" else kind(text)

    return read


def _rules(parsed_args: Namespace) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    for name, _kind, _text in _RULES:
        key = name.removeprefix("--").replace("-", "_")
        value = getattr(parsed_args, key)
        if value is not None:
            rules[key] = None if value == "none" else value
    if parsed_args.zone or parsed_args.no_zones:
        rules["zones"] = parsed_args.zone or None
    if any(isinstance(value, (int, float)) and value < 0 for value in rules.values()):
        raise RuntimeError("a rule of a cell is never below zero")
    return rules
