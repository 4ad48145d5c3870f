# SPDX-License-Identifier: Apache-2.0
"""A host goes to another cell in one command: emptied, sent, awaited; whoever dies on the way."""

from __future__ import annotations

from functools import partial
from typing import Any

from nova_cells.global_api import cell_registry
from nova_cells.global_api.faults import BadRequest, Conflict, NotFound
from nova_cells.global_api.index import hosts, migrations
from nova_cells.global_api.operations import host_moves
from nova_cells.runtime import crash
from tests.unit.cell.conductor.test_crashes import UUID, Visits
from tests.unit.cell.conductor.world import SimHost
from tests.unit.global_api.operations.two_cells import EAST, WEST, TwoCells, TwoCellsCase

BUS = "file:/etc/nova-cells/west"


class Cloud(TwoCells):
    """Its agents go where they are sent as soon as their cell has let go."""

    def __init__(self, databases: Any) -> None:
        super().__init__(databases)
        for uuid, name, bus in ((EAST, "east", "env:EAST"), (WEST, "west", BUS)):
            cell_registry.create(self.database, uuid, name, bus)
        self.tell_hosts()

    def tell_hosts(self) -> None:
        """The index hears of the hosts of both."""

        told = [(EAST, r) for r in self.east.cell.hosts()]
        told += [(WEST, r) for r in self.west.cell.hosts()]

        def work(connection: Any) -> None:
            for uuid, record in told:
                hosts.take(connection, uuid, record.document(), record.revision, "nova")

        self.database.write(work)

    def step(self, seconds: float = 10.0) -> None:
        super().step(seconds)
        known = {row["name"] for row in self.east.rows("hosts")}
        for name in set(self.east.wire.leaving) - known:
            self.east.wire.leaving.pop(name)
            host = self.west.hosts[name] = SimHost(self.west, name)
            del self.east.hosts[name]
            self._surely(host.register)
        self.listen()

    def _surely(self, register: Any) -> None:
        try:
            register()
        except crash.Crash:
            self.west.reborn_surely()
            register()

    def listen(self) -> None:
        """Migrations too."""
        heard = dict(self.heard)
        super().listen()
        for uuid, handle in self.handles.items():
            for item in handle.world.wire.feed[heard[uuid] :]:
                if item.kind == "migration":
                    self.database.write(partial(migrations.apply, cell_uuid=uuid, item=item))

    def names(self) -> tuple[set[str], set[str]]:
        """Who is where."""
        east, west = ({row["name"] for row in w.rows("hosts")} for w in (self.east, self.west))
        return east, west

    def send(self, host: str = "e1", **wish: Any) -> str:
        plan = host_moves.plan(self.database, host, WEST, **wish)
        return host_moves.begin(self.worker.operations, plan)


class MoveHostTest(TwoCellsCase):
    kind = Cloud
    cloud: Cloud

    def host_of_server(self) -> str:
        self.cloud.built()
        return str(self.cloud.shown()["host"])

    def test_an_empty_host_goes_and_takes_servers_there(self) -> None:
        operation = self.cloud.send()
        self.assertEqual(operation, self.cloud.send(), "the same again is the same")
        self.cloud.run()
        self.assertEqual("done", self.cloud.operation(operation)["result"])
        self.assertEqual(({"e2"}, {"e1", "w1", "w2"}), self.cloud.names())
        [row] = [row for row in self.cloud.west.rows("hosts") if row["name"] == "e1"]
        self.assertTrue(row["enabled"])
        self.assertTrue(self.cloud.west.build(requested_host="e1").accepted)

    def test_one_that_was_disabled_is_disabled_there(self) -> None:
        self.cloud.east.cell.update_host("e1", {"enabled": False, "disabled_reason": "fan"})
        self.cloud.tell_hosts()
        self.cloud.send()
        self.cloud.run()
        [row] = [row for row in self.cloud.west.rows("hosts") if row["name"] == "e1"]
        self.assertEqual((False, "fan"), (row["enabled"], row["disabled_reason"]))

    def test_servers_keep_it_unless_they_are_moved(self) -> None:
        host = self.host_of_server()
        with self.assertRaisesRegex(Conflict, "1 servers live on host .* --drain"):
            self.cloud.send(host)
        self.assertEqual([], self.cloud.open_operations())
        self.cloud.send(host, drain=True)
        self.cloud.run()
        self.assertIn(host, self.cloud.names()[1])
        self.assertEqual(EAST, self.cloud.owner()[0])
        self.assertEqual("active", self.cloud.east.cell.show(UUID).vm_state)

    def test_servers_that_are_off_are_moved_and_that_is_confirmed(self) -> None:
        host = self.host_of_server()
        self.cloud.east.do("stop", {})
        self.cloud.listen()
        self.cloud.send(host, drain=True)
        self.cloud.run()
        self.assertIn(host, self.cloud.names()[1])
        self.assertEqual("stopped", self.cloud.east.cell.show(UUID).vm_state)

    def test_a_server_that_came_meanwhile_keeps_it(self) -> None:
        operation = self.cloud.send("e1")
        assert self.cloud.east.build(self.cloud.east.wish.replace(requested_host="e1")).accepted
        self.cloud.east.settle()
        self.cloud.listen()
        self.cloud.run()
        record = self.cloud.operation(operation)
        self.assertEqual("failed", record["result"])
        self.assertIn("servers live on host e1", record["message"])
        [row] = [row for row in self.cloud.east.rows("hosts") if row["name"] == "e1"]
        self.assertTrue(row["enabled"], "it is as it was")

    def test_what_can_not_be_is_refused_before_it_begins(self) -> None:
        database = self.cloud.database
        with self.assertRaisesRegex(NotFound, "no host e9"):
            self.cloud.send("e9")
        with self.assertRaisesRegex(Conflict, "in cell west already"):
            self.cloud.send("w1")
        cell_registry.change(database, WEST, rules={"max_hosts": 2})
        with self.assertRaisesRegex(Conflict, "west takes no more hosts: it has 2 and may have 2"):
            self.cloud.send()
        cell_registry.change(
            database, WEST, rules={"max_hosts": None}, transport_url="rabbit://u:secret@b/w"
        )
        with self.assertRaisesRegex(BadRequest, "--transport-url-from") as caught:
            self.cloud.send()
        self.assertNotIn("secret", str(caught.exception))
        cell_registry.change(database, WEST, state="fenced")
        with self.assertRaisesRegex(Conflict, "west is fenced"):
            self.cloud.send(transport=BUS)
        self.assertEqual([], self.cloud.open_operations())

    def test_whoever_dies_it_arrives_once(self) -> None:
        """Router and conductors die at each point in turn."""
        calm = Visits()
        self.run_through(calm)
        for point in range(1, len(calm.seen) + 1):
            once = Visits(point)
            self.run_through(once)

    def run_through(self, visits: Visits) -> None:
        cloud = self.again()
        cloud.send()
        with crash.armed(visits):
            cloud.run()
        self.assertEqual(({"e2"}, {"e1", "w1", "w2"}), cloud.names(), visits.seen[-1:])
        self.assertEqual({}, cloud.east.wire.leaving)
        [row] = [row for row in cloud.west.rows("hosts") if row["name"] == "e1"]
        self.assertTrue(row["enabled"])
