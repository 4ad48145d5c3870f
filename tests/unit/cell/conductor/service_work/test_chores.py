# SPDX-License-Identifier: Apache-2.0
"""Chores with services: swept while nobody holds the server, begun when it is free, tried again."""

from __future__ import annotations

from typing import Any
from unittest import mock

from nova_cells.cell.conductor.service_work import registry
from nova_cells.cell.db import service_chores
from nova_cells.clients.service_faults import Unavailable
from nova_cells.runtime.clock import seconds
from tests.unit.cell.conductor.world import WorldCase


class ChoresTest(WorldCase):
    hosts = {"one": {}}

    def setUp(self) -> None:
        super().setUp()
        self.seen: list[Any] = []
        self.uuid = self.world.booted()
        registry.sweepers()  # those of the tree are read once, and into the list that is there
        registry.sweepers()  # what loads inside the patch would be gone with it
        patched = mock.patch.object(registry, "_sweepers", [self.sweep])
        patched.start()
        self.addCleanup(patched.stop)

    def sweep(self, task: Any) -> None:
        task.ours()
        self.seen.append((task.uuid, task.head["deleted_at"] is None, task.host))

    def act(self, uuid: str, kind: str, arguments: dict[str, Any] | None = None) -> None:
        self.world.cell.act(uuid, 1, kind, f"{kind}-1", arguments or {})

    def put(self) -> None:
        now = self.world.clock()
        self.world.database.write(lambda c: service_chores.sweep(c, self.uuid, now, now))

    def rounds(self, times: int = 1) -> None:
        for _ in range(times):
            self.world.conductor.service_chores.round()

    def chores(self) -> list[dict[str, Any]]:
        return self.world.rows("service_chores")

    def test_a_server_at_rest_is_swept_and_that_is_that(self):
        self.put()
        self.rounds(2)
        self.assertEqual([(self.uuid, True, "one")], self.seen)
        self.assertEqual([], self.chores())

    def test_a_server_that_is_gone_is_swept_too(self):
        self.act(self.uuid, "delete")
        self.world.settle()
        self.put()
        self.rounds()
        self.assertEqual([(self.uuid, False, "one")], self.seen)

    def test_one_in_hand_is_left_alone_until_it_is_free(self):
        self.act(self.uuid, "stop")
        self.put()
        self.rounds()
        self.assertEqual(([], 1), (self.seen, len(self.chores())))
        self.world.settle()
        self.assertEqual(1, len(self.seen))

    def test_one_that_changes_meanwhile_is_swept_again(self):
        def changes(task: Any) -> None:
            if not self.seen:
                self.seen.append("changed")
                self.act(self.uuid, "stop")
                self.world.deliver()
            task.ours()
            self.seen.append("swept")

        registry._sweepers[:] = [changes]
        self.put()
        self.rounds()
        self.assertEqual((["changed"], 1), (self.seen, len(self.chores())))
        self.world.settle()
        self.assertEqual(["changed", "swept"], self.seen)

    def test_a_service_that_is_away_is_waited_for_with_growing_pauses(self):
        def away(task: Any) -> None:
            raise Unavailable("away")

        registry._sweepers[:] = [away]
        self.put()
        pauses = []
        for _ in range(3):
            with self.assertLogs("nova_cells", "WARNING"):
                self.rounds()
            [chore] = self.chores()
            pauses.append((chore["due_at"] - self.world.clock()) // seconds(1))
            self.world.clock.moment = chore["due_at"]
        self.assertEqual([1, 2, 4], pauses)

    def test_an_operation_that_had_to_wait_is_begun_once(self):
        def put(connection: Any) -> None:
            now = self.world.clock()
            wished = service_chores.Wished(self.uuid, "stop", {})
            service_chores.act(connection, [wished, wished], now)

        self.act(self.uuid, "reboot", {"type": "HARD"})
        self.world.database.write(put)
        self.rounds()
        self.assertEqual(1, len(self.chores()))
        self.world.settle()
        kinds = [row["kind"] for row in self.world.rows("operations")]
        self.assertEqual(1, kinds.count("stop"))
