# SPDX-License-Identifier: Apache-2.0
"""A walk through the pages of a list while servers come, change and go in three cells.

What stays the whole time must be met once and in order; nothing may be met twice.
"""

from __future__ import annotations

import random
import uuid as uuids
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from nova_cells.global_api.index.query import ServerQuery
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.global_api.index.write import Head
from nova_cells.objects import Flavor, Instance

CELLS = tuple(f"c0000000-0000-0000-0000-00000000000{number}" for number in (1, 2, 3))
START = 1_700_000_000_000_000

VALUES: dict[str, tuple[Any, ...]] = {
    "access_ip_v4": (None, "10.0.0.1", "10.0.0.2"),
    "config_drive": (True, False),
    "created_at": tuple(START + number for number in range(4)),
    "description": (None, "", "é", "z", "Z"),
    "disk_config": ("AUTO", "MANUAL"),
    "hostname": ("a", "B", "b"),
    "key_name": (None, "k", "K"),
    "launch_index": (0, 1, 2),
    "launched_at": (None, START, START + 5),
    "name": ("web", "WEB", "dö", "😀", "db-1"),
    "pinned_availability_zone": (None, "nova", "zone-1"),
    "power_state": (0, 1, 4),
    "progress": (0, 50, 100),
    "project_id": ("p1", "p2"),
    "root_device_name": (None, "/dev/vda"),
    "task_state": (None, "spawning"),
    "terminated_at": (None, START),
    "user_id": ("u1", "u2"),
    "vm_state": ("active", "building", "stopped"),
}
"""What servers differ in, with many equal and many missing."""

KEYS = (*(name for name in VALUES if name != "pinned_availability_zone"), "uuid", "zone")
"""What lists can be sorted by and a server has from the beginning."""

FILTERS: tuple[tuple[dict[str, Any], Callable[[dict[str, Any]], bool]], ...] = (
    ({}, lambda each: True),
    ({"project_id": "p1"}, lambda each: each["project_id"] == "p1"),
    (
        {"equal": {"vm_state": ("active", "stopped")}},
        lambda each: each["vm_state"] in ("active", "stopped"),
    ),
    ({"equal": {"key_name": None}}, lambda each: each["key_name"] is None),
    ({"name": "^w"}, lambda each: each["name"].startswith("w")),
    ({"tags": ("red",)}, lambda each: "red" in each["tags"]),
)


@dataclass
class Walk:
    """One walk, the same for a seed."""

    index: ServerIndex
    seed: int
    sort: tuple[tuple[str, str], ...]
    limit: int
    filter: int = 0
    servers: int = 30
    met: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._random = random.Random(self.seed)
        self._alive: dict[str, tuple[dict[str, Any], str]] = {}
        self._gone: set[str] = set()

    def run(self) -> None:
        """Raises AssertionError where a page is wrong."""
        self._put([self._make() for _ in range(self.servers)])
        stay = dict(self._alive)
        query, wanted = FILTERS[self.filter]
        marker: str | None = None
        while page := self.index.list(
            ServerQuery(sort=self.sort, limit=self.limit, marker=marker, **query)
        ):
            assert len(page) <= self.limit
            self.met += [row.uuid for row in page]
            marker = page[-1].uuid
            self._disturb(marker)
        assert len(self.met) == len(set(self.met)), "a server was met twice"
        kept = [d for uuid, (d, _cell) in stay.items() if uuid not in self._gone and wanted(d)]
        expected = [each["uuid"] for each in self._sorted(kept)]
        assert expected == [uuid for uuid in self.met if uuid in set(expected)], "out of order"

    def _disturb(self, marker: str) -> None:
        """Some come, one goes, at times the very one the next page begins behind."""
        if len(self._alive) < 3 * self.servers:
            self._put([self._make() for _ in range(self._random.randint(0, 2))])
        leaving = marker if self._random.random() < 0.3 else self._random.choice(list(self._alive))
        document, cell = self._alive.pop(leaving, (None, ""))
        if document is not None:
            self._gone.add(leaving)
            gone = {"revision": 2, "deleted_at": START + 9}
            self.index.apply([Head({**document, **gone}, cell)])

    def _make(self) -> tuple[dict[str, Any], str]:
        values = {name: self._random.choice(some) for name, some in VALUES.items()}
        document = Instance(
            uuid=str(uuids.UUID(int=self._random.getrandbits(128), version=4)),
            epoch=1,
            revision=1,
            flavor=Flavor(id=1, flavorid="42", name="m1", vcpus=1, memory_mb=64, root_gb=1),
            reservation_id="r-1",
            tags=self._random.sample(["red", "blue"], self._random.randint(0, 2)),
            **values,
        ).document()
        return document, self._random.choice(CELLS)

    def _put(self, made: list[tuple[dict[str, Any], str]]) -> None:
        self._alive |= {document["uuid"]: (document, cell) for document, cell in made}
        self.index.apply([Head(document, cell) for document, cell in made])

    def _sorted(self, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = dict(self.sort)
        keys.setdefault("uuid", next(reversed(keys.values()), "desc"))
        for name, way in reversed(list(keys.items())):
            documents = sorted(documents, key=lambda d: _rank(d, name), reverse=way == "desc")
        return documents


def _rank(document: dict[str, Any], name: str) -> tuple[bool, Any]:
    """None before everything; text by its bytes."""
    value = document["pinned_availability_zone" if name == "zone" else name]
    if value is None:
        return (False, 0)
    return (True, value.encode() if isinstance(value, str) else int(value))
