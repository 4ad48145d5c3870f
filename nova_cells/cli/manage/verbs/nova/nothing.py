# SPDX-License-Identifier: Apache-2.0
"""Verbs that have nothing to do here. Each says what does its work, and is done: exit code 0."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from cliff.command import Command


class Nothing(Command):
    """`values` and `flags`: the arguments it takes; `instead`: what does its work."""

    values: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    instead: str

    def get_parser(self, prog_name: str) -> ArgumentParser:
        parser = super().get_parser(prog_name)
        for name in self.values:
            parser.add_argument(name, help="taken and not needed")
        for name in (*self.flags, "--verbose"):
            parser.add_argument(name, action="store_true", help="taken and not needed")
        return parser

    def take_action(self, parsed_args: Namespace) -> None:
        print(f"Nothing to do: {self.instead}")


class MapCell0(Nothing):
    """There is no cell0."""

    values = ("--database_connection",)
    instead = "there is no cell0; the global database keeps servers that no cell has."


class MapInstances(Nothing):
    """Servers are mapped when they are accepted."""

    values = ("--cell_uuid", "--max-count")
    flags = ("--reset",)
    instead = "servers are mapped when they are accepted; `index rebuild` reads a cell anew."


class MapCellAndHosts(Nothing):
    """Hosts register through their cell."""

    values = ("--name", "--transport-url")
    instead = "hosts register through their cell; `cell create` makes a cell known."


class DiscoverHosts(Nothing):
    """Hosts register by themselves."""

    values = ("--cell_uuid",)
    flags = ("--strict", "--by-service")
    instead = "hosts register by themselves; `host list` shows them."


class OnlineMigrations(Nothing):
    """Data follow the code without a command."""

    values = ("--max-count",)
    instead = "data follow the code while it runs."


class ArchiveDeletedRows(Nothing):
    """Deleted servers are purged all the time."""

    values = ("--max_rows", "--before", "--sleep", "--max-rows")
    flags = ("--until-complete", "--purge", "--all-cells", "--task-log")
    instead = (
        "deleted servers are purged all the time, after [index] deleted_retention and [conductor] "
        "deleted_retention_days."
    )


class Purge(ArchiveDeletedRows):
    """Deleted servers are purged all the time."""

    flags = ("--all", "--all-cells", "--task-log")


class HealAllocations(Nothing):
    """Claims are made in the transaction that places a server."""

    values = ("--max-count", "--instance", "--cell")
    flags = ("--dry-run", "--skip-port-allocations", "--force")
    instead = "a server's claim is made in the transaction that places it, so that none is missing."


class SyncAggregates(Nothing):
    """Cells are given the aggregates as they change."""

    instead = "cells are given the aggregates as they change; there is no copy in another service."


class PlacementAudit(Nothing):
    """Claims end in the transaction in which their server ends."""

    values = ("--resource_provider", "--resource-provider")
    flags = ("--delete",)
    instead = "claims end with their server; `index verify` and `quota audit` compare the rest."
