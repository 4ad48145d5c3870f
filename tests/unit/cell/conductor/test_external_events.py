# SPDX-License-Identifier: Apache-2.0
"""What other services tell of servers: judged one by one, heard by who waits, begun when free."""

from __future__ import annotations

import uuid as uuids
from typing import Any
from unittest import mock

from sqlalchemy import Engine, event

from nova_cells.cell.db import instances
from nova_cells.journal import engine
from nova_cells.journal.record import MEMORY
from tests.unit.cell.conductor.world import World, WorldCase, new_database

PORT, VOLUME = str(uuids.uuid4()), str(uuids.uuid4())
MANY = 1000
NOBODY = "00000000-0000-0000-0000-000000000000"


class ExternalEventsTest(WorldCase):
    hosts = {"one": {}}

    def setUp(self) -> None:
        super().setUp()
        self.world = World(new_database(self), self.hosts, network=mock.sentinel.network)
        self.uuid = self.world.booted()

    def event(self, name: str, tag: str | None = None, status: str = "completed") -> dict[str, Any]:
        event = {"name": name, "server_uuid": self.uuid, "status": status}
        return event if tag is None else {**event, "tag": tag}

    def tell(self, *events: dict[str, Any]) -> list[int]:
        return self.world.cell.external_events(list(events))

    def give(self, **values: Any) -> None:
        """The server has this."""

        def work(connection: Any, notes: Any) -> None:
            head = self.world.conductor.subjects.load(connection, self.uuid)
            head.set(**values)
            self.world.conductor.subjects.write(connection, notes, head, 1, answered=True)

        self.world.conductor.journal.transact(work)

    def wishes(self) -> list[tuple[str, dict[str, Any]]]:
        rows = sorted(self.world.rows("service_chores"), key=lambda row: row["id"])
        return [(row["document"]["kind"], row["document"]["arguments"]) for row in rows]

    def heard(self) -> dict[str, str]:
        [row] = self.world.open_operations()
        return row["arguments"].get(MEMORY, {}).get("heard", {})

    def many(self) -> list[str]:
        """Servers like this one."""
        [row] = self.world.rows("instances")
        names = [str(uuids.uuid4()) for _ in range(MANY)]
        documents = [{**row["document"], "uuid": name} for name in names]
        self.world.database.write(lambda c: instances.add_all(c, documents))
        return names

    def test_a_thousand_cost_as_much_as_one_but_for_looking_who_waits(self):
        names, seen = self.many(), []
        kinds = ("network-vif-plugged", "network-changed")

        def note(_connection, _cursor, statement, *_more) -> None:
            if not statement.startswith("BEGIN"):
                seen.append(statement)

        listening = (Engine, "before_cursor_execute", note)
        event.listen(*listening)
        self.addCleanup(event.remove, *listening)
        for some, most in ((names[:1], 5), (names, 5 + MANY // engine.HEAR_AT_ONCE)):
            seen.clear()
            events = [
                {"name": kind, "server_uuid": name, "status": "completed", "tag": PORT}
                for name in some
                for kind in kinds
            ]
            self.assertEqual({200}, set(self.world.cell.external_events(events)))
            self.assertLessEqual(len(seen), most, seen)
        self.assertEqual(MANY, len(self.world.rows("service_chores")))

    def test_codes(self):
        self.give(volumes=[{"id": VOLUME}])
        for name, tag, code in (
            ("network-changed", None, 200),
            ("network-vif-plugged", PORT, 200),
            ("network-vif-deleted", PORT, 200),
            ("volume-extended", VOLUME, 200),
            ("volume-extended", NOBODY, 404),
            ("volume-extended", None, 400),
            ("volume-reimaged", VOLUME, 200),
            ("volume-reimaged", NOBODY, 404),
            ("volume-reimaged", None, 400),
            ("accelerator-request-bound", NOBODY, 404),
            ("accelerator-request-bound", None, 400),
            ("power-update", "POWER_ON", 200),
            ("power-update", "POWER_OFF", 200),
            ("power-update", "POWER_MAYBE", 400),
            ("power-update", None, 400),
        ):
            with self.subTest(name=name, tag=tag):
                self.assertEqual([code], self.tell(self.event(name, tag)))
        self.assertEqual([404], self.tell({**self.event("network-changed"), "server_uuid": NOBODY}))
        self.give(host=None)
        self.assertEqual([422], self.tell(self.event("network-changed")))

    def test_who_is_at_work_hears_of_ports_and_needs_no_refresh(self):
        self.world.cell.act(self.uuid, 1, "stop", "stop-1", {})
        failed = self.event("network-vif-plugged", "other", "failed")
        self.tell(self.event("network-vif-plugged", PORT), failed)
        told = {f"network-vif-plugged/{PORT}": "completed", "network-vif-plugged/other": "failed"}
        self.assertEqual(told, self.heard())
        self.assertEqual([], self.wishes())
        self.tell(self.event("network-vif-unplugged", PORT))
        self.assertNotIn(f"network-vif-plugged/{PORT}", self.heard())
        self.world.deliver()
        self.assertEqual([], self.world.open_operations())

    def test_what_has_changed_is_looked_at_once_however_often_it_is_told(self):
        events = [self.event("network-changed", PORT)] * 5
        self.tell(*events, self.event("network-vif-plugged", PORT))
        self.assertEqual([("refresh_network", {})], self.wishes())

    def test_a_server_at_work_is_refreshed_afterwards(self):
        self.world.cell.act(self.uuid, 1, "stop", "stop-1", {})
        self.tell(self.event("network-changed"))
        self.assertEqual([("refresh_network", {})], self.wishes())

    def test_a_port_that_was_deleted_is_forgotten_where_it_was_the_servers(self):
        self.tell(self.event("network-vif-deleted", PORT))
        self.assertEqual([], self.wishes())
        self.give(nics=[{"id": PORT, "addresses": [], "mac": "m"}])
        self.tell(self.event("network-vif-deleted", PORT))
        self.assertEqual([("forget_port", {"port": PORT})], self.wishes())

    def test_volumes_that_grew_are_told_one_by_one(self):
        others = [VOLUME, str(uuids.uuid4())]
        self.give(volumes=[{"id": each} for each in others])
        self.tell(*[self.event("volume-extended", each) for each in others])
        wished = [("extend_volume", {"volume": each}) for each in sorted(others)]
        self.assertEqual(wished, self.wishes())

    def test_a_cloud_without_a_network_service_looks_at_nothing(self):
        self.world.network = None
        self.world.reborn()
        self.tell(self.event("network-changed"), self.event("network-vif-deleted", PORT))
        self.assertEqual([], self.wishes())

    def test_the_power_of_nodes_is_followed_and_that_of_guests_is_not(self):
        self.tell(self.event("power-update", "POWER_OFF"))
        self.assertEqual("active", self.world.cell.show(self.uuid).vm_state)
        row = mock.Mock(driver="ironic")
        with mock.patch.object(self.world.conductor.state, "row", return_value=row):
            for tag, state, power in (("OFF", "stopped", 4), ("ON", "active", 1)):
                self.tell(self.event("power-update", f"POWER_{tag}"))
                server = self.world.cell.show(self.uuid)
                self.assertEqual((state, power), (server.vm_state, server.power_state))

    def test_many_servers_cost_a_few_transactions(self):
        events = [self.event("network-changed"), self.event("network-vif-plugged", PORT)]
        with mock.patch.object(
            self.world.database, "write", wraps=self.world.database.write
        ) as write:
            self.tell(*events * 50)
        self.assertLessEqual(write.call_count, 2)
