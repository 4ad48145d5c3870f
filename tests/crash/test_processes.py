# SPDX-License-Identifier: Apache-2.0
"""One process a role, on RabbitMQ and MariaDB: paused, cut off, without a database, a cell gone.

One deployment serves all scenarios, one after the other, because bringing it up costs more than
most of them. After each nothing may be left over.
"""

from __future__ import annotations

import contextlib
import time
import unittest
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from tests.crash.client import NO_ANSWER, NoAnswer, until
from tests.crash.life import UNLIMITED
from tests.crash.processes import SILENCE, Child, Deployment
from tests.stores.base import require

PATIENCE = 90.0
MOST = 60
LEASE = 4.0
CALL = 4.0
"""Far above what a list takes on a busy machine, far below the deadline of a call to a cell."""


class ProcessesTest(unittest.TestCase):
    def test_one_fault_after_the_other(self):
        require("mariadb")
        require("rabbitmq")
        self.cloud = Deployment("mariadb", cells=2, hosts=3, conductors=2, options=UNLIMITED)
        self.addCleanup(self.cloud.close)
        self.cloud.start()
        self.cloud.ready()
        for scenario in (
            self.nothing_happens,
            self.a_conductor_is_paused_past_its_leases,
            self.the_broker_loses_connections,
            self.the_cell_databases_go_away,
            self.the_api_dies_again_and_again,
            self.every_process_dies_in_turn,
            self.a_cell_is_stopped,
        ):
            with self.subTest(scenario.__name__):
                scenario()
                self.everything_goes()

    def nothing_happens(self) -> None:
        self.finish(self.boot(range(20)))

    def a_conductor_is_paused_past_its_leases(self) -> None:
        with self.under_load() as names, self.cloud.paused("east-conductor-1"):
            time.sleep(LEASE)
        self.finish(names)

    def the_broker_loses_connections(self) -> None:
        with self.under_load() as names:
            for _ in range(3):
                time.sleep(0.7)
                self.cloud.broker.drop()
            with self.cloud.broker.cut():
                time.sleep(2)
        self.finish(names)

    def the_cell_databases_go_away(self) -> None:
        with self.under_load() as names:
            time.sleep(0.3)
            with self.cloud.cell_databases.cut():
                time.sleep(10)
        self.finish(names)

    def the_api_dies_again_and_again(self) -> None:
        for round_ in range(3):
            names = [f"api-{round_}-{number}" for number in range(3)]
            asked = self.boot(names)
            self.cloud.kill("api", "router")
            self.cloud.start("api", "router")
            self.cloud.ready()
            self.finish(asked)

    def every_process_dies_in_turn(self) -> None:
        with self.under_load() as names:
            for name in self.cloud.names:
                self.cloud.kill(name)
                time.sleep(0.2)
                self.cloud.start(name)
                time.sleep(0.3)
        self.finish(names)

    def a_cell_is_stopped(self) -> None:
        first = self.finish(self.boot(range(12)))
        west = [one for one in first if one["OS-EXT-SRV-ATTR:host"].startswith("west")]
        self.assertTrue(west, "no server is in the west")
        stopped = [name for name in self.cloud.names if name.startswith("west")]
        self.cloud.kill(*stopped)
        early = self.boot([f"early-{number}" for number in range(4)])
        self.assertLess(self.seconds_of_a_list(16), CALL, "a list waited for a dead cell")
        time.sleep(SILENCE + 1)
        self.assertLess(self.seconds_of_a_list(16), CALL, "a list waited for a dead cell")
        placed = self.finish(self.boot([f"later-{number}" for number in range(6)]))
        self.assertEqual({"east"}, {one["OS-EXT-SRV-ATTR:host"][:4] for one in placed})
        for server in west:
            status, _ = self.cloud.as_user().call("DELETE", f"/servers/{server['id']}")
            self.assertEqual(204, status)
        self.assertTrue({one["id"] for one in west} <= self.guests(), "who deleted them?")
        self.cloud.start(*stopped)
        kept = [one["id"] for one in [*first, *placed, *self.finish(early)] if one not in west]
        self.cloud.settled(kept)

    def seconds_of_a_list(self, count: int) -> float:
        began = time.monotonic()
        self.assertEqual(count, len(self.cloud.as_user().servers()))
        return time.monotonic() - began

    def boot(self, names: Iterable[Any]) -> list[str]:
        """Boot these at once; a user without an answer looks and asks again."""
        named = [f"server-{name}" for name in names]
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(self.boot_one, named))
        return named

    def boot_one(self, name: str) -> None:
        client = self.cloud.as_user()

        def promised() -> bool:
            status, document = client.boot(name)
            if status == NO_ANSWER:
                with contextlib.suppress(NoAnswer):
                    return bool(client.named(name))
            if status not in (NO_ANSWER, 202, 503):
                raise AssertionError(f"POST /servers: {status} {document}")
            return status == 202

        until(promised, f"a promise for {name}")

    @contextmanager
    def under_load(self) -> Iterator[list[str]]:
        """Boots go on during the block, from a process of their own; then their names are known."""
        asked, over = self.cloud.root / "load.asked", self.cloud.root / "load.over"

        def load() -> None:
            names: list[str] = []
            while not over.exists() and len(names) < MOST:
                names += self.boot([f"load-{len(names) + n}" for n in range(4)])
                time.sleep(0.1)
            asked.write_text("\n".join(names))

        names: list[str] = []
        child = Child(load, self.cloud.root / "load.log")
        yield names
        over.touch()
        self.assertEqual(0, child.wait(), "see load.log")
        names.extend(asked.read_text().split())
        over.unlink()

    def finish(self, names: list[str]) -> list[dict[str, Any]]:
        """All of `names` are ACTIVE in the end, once each; answers them."""
        admin = self.cloud.as_user("admin")

        def done() -> list[dict[str, Any]]:
            servers = [one for one in admin.servers() if one.get("name") in names]
            states = Counter(server["status"] for server in servers)
            if states["ERROR"]:
                faults = [one["fault"] for one in servers if one["status"] == "ERROR"]
                raise AssertionError(f"failed: {faults[:3]}")
            return servers if states == {"ACTIVE": len(names)} else []

        return until(done, f"{len(names)} servers ACTIVE", PATIENCE)

    def guests(self) -> set[str]:
        """The guests there are, on any host."""
        found = self.cloud.root.glob("compute/*/fake/*/*.json")
        return {file.stem for file in found}

    def everything_goes(self) -> None:
        """Delete all there is; then every store is empty."""
        client = self.cloud.as_user()
        self.cloud.settled([server["id"] for server in client.servers()])
        for server in client.servers():
            status, document = client.call("DELETE", f"/servers/{server['id']}")
            self.assertIn(status, (204, 404), document)
        self.cloud.settled([])
