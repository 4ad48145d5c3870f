# SPDX-License-Identifier: Apache-2.0
"""What the ledger's records add up to. Applying a record twice, or after later ones, is harmless.

Results are kept as JSON bytes: an agent remembers thousands of operations and asks for few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson

FINAL = frozenset({"done", "refused"})
DELETED = "deleted"
UNDONE = "undone"

Record = dict[str, Any]
Key = tuple[str, str]
"""(host, operation): an agent of many hosts is as many memories."""


@dataclass(slots=True)
class OperationEntry:
    """One operation on one host: its highest generation, what is finished, what may never run."""

    generation: int = 0
    deadline: int = 0
    at: int = 0
    superseded: bool = False
    tombstones: set[str] = field(default_factory=set)
    results: dict[str, bytes] = field(default_factory=dict)
    report: bytes | None = None


@dataclass(slots=True)
class InstanceEntry:
    """One instance on one host: its highest epoch, and whether its machine was taken away.

    `home`: the home generation it has elsewhere, as its cell said; work of an earlier one is void.
    """

    epoch: int = 0
    home: int = 0
    gone: str | None = None
    gone_by: str | None = None
    at: int = 0


class LedgerState:
    """Fed with records, in order of the file."""

    def __init__(self) -> None:
        self.operations: dict[Key, OperationEntry] = {}
        self.instances: dict[str, dict[str, InstanceEntry]] = {}

    def apply(self, record: Record) -> None:
        """Take one record in."""
        getattr(self, f"_apply_{record['k']}")(record)

    def instance(self, host: str, uuid: str) -> InstanceEntry | None:
        """What is known of an instance on a host."""
        return self.instances.get(host, {}).get(uuid)

    def knows_any(self, hosts: list[str]) -> bool:
        """Whether anything is known of one of these hosts."""
        wanted = set(hosts)
        return any(host in self.instances for host in wanted) or any(
            host in wanted for host, _operation in self.operations
        )

    def _apply_strange(self, record: Record) -> None:
        """What is not handed in yet stays, to be handed in."""
        hosts = set(record["hosts"])
        for key, entry in list(self.operations.items()):
            if key[0] in hosts and entry.report:
                entry.results, entry.tombstones, entry.superseded = {}, set(), False
            elif key[0] in hosts:
                del self.operations[key]
        for host in hosts:
            self.instances.pop(host, None)

    def _apply_begin(self, record: Record) -> None:
        host = record["host"]
        entry = self.operations.setdefault((host, record["op"]), OperationEntry())
        entry.generation = max(entry.generation, record["gen"])
        entry.deadline = max(entry.deadline, record["dl"])
        entry.at = record["t"]
        entry.tombstones.update(record["tomb"])
        for operation in record["sup"]:
            other = self.operations.setdefault((host, operation), OperationEntry())
            other.superseded = True
            other.at = record["t"]
        instance = self.instances.setdefault(host, {}).setdefault(record["uuid"], InstanceEntry())
        if record["makes"] and (instance.gone != DELETED or record["epoch"] > instance.epoch):
            instance.gone = instance.gone_by = None
        instance.epoch = max(instance.epoch, record["epoch"])
        instance.at = record["t"]

    def _apply_end(self, record: Record) -> None:
        host = record["rep"]["host"]
        entry = self.operations.setdefault((host, record["op"]), OperationEntry())
        entry.generation = max(entry.generation, record["rep"]["generation"])
        entry.at = record["t"]
        for token, result in record["new"].items():
            entry.results[token] = orjson.dumps(result)
        entry.report = orjson.dumps(record["rep"])
        if record["gone"]:
            on_host = self.instances.setdefault(host, {})
            instance = on_host.setdefault(record["rep"]["uuid"], InstanceEntry())
            instance.gone, instance.gone_by, instance.at = record["gone"], record["op"], record["t"]

    def _apply_left(self, record: Record) -> None:
        on_host = self.instances.setdefault(record["host"], {})
        instance = on_host.setdefault(record["uuid"], InstanceEntry())
        instance.epoch = max(instance.epoch, record["epoch"])
        instance.home = max(instance.home, record["home"])
        instance.gone, instance.at = record["gone"], record["t"]

    def _apply_taken(self, record: Record) -> None:
        for host, operation in record["ops"]:
            if entry := self.operations.get((host, operation)):
                entry.report = None

    def _apply_op(self, record: Record) -> None:
        self.operations[record["host"], record["op"]] = OperationEntry(
            generation=record["gen"],
            deadline=record["dl"],
            at=record["t"],
            superseded=record["sup"],
            tombstones=set(record["tomb"]),
            results={token: orjson.dumps(result) for token, result in record["res"].items()},
            report=orjson.dumps(record["rep"]) if record["rep"] else None,
        )

    def _apply_in(self, record: Record) -> None:
        self.instances.setdefault(record["host"], {})[record["uuid"]] = InstanceEntry(
            epoch=record["epoch"],
            home=record.get("home", 0),
            gone=record["gone"],
            gone_by=record["by"],
            at=record["t"],
        )

    def forget(self, before: int) -> None:
        """Drop what is over: deadline past and untouched since `before`, nothing to report."""
        self.operations = {
            key: entry
            for key, entry in self.operations.items()
            if entry.report or entry.deadline >= before or entry.at >= before
        }
        self.instances = {
            host: {
                uuid: entry
                for uuid, entry in on_host.items()
                if entry.gone is None or entry.at >= before
            }
            for host, on_host in self.instances.items()
        }

    def records(self) -> Iterator[Record]:
        """The whole state as records for a fresh file."""
        for (host, operation), entry in self.operations.items():
            yield {
                "k": "op",
                "host": host,
                "op": operation,
                "gen": entry.generation,
                "dl": entry.deadline,
                "t": entry.at,
                "sup": entry.superseded,
                "tomb": sorted(entry.tombstones),
                "res": {token: orjson.loads(result) for token, result in entry.results.items()},
                "rep": orjson.loads(entry.report) if entry.report else None,
            }
        for host, on_host in self.instances.items():
            for uuid, instance in on_host.items():
                yield {
                    "k": "in",
                    "host": host,
                    "uuid": uuid,
                    "epoch": instance.epoch,
                    "home": instance.home,
                    "gone": instance.gone,
                    "by": instance.gone_by,
                    "t": instance.at,
                }
