# SPDX-License-Identifier: Apache-2.0
"""Servers get addresses, keep them as long as anything of them is there, and give them back."""

from __future__ import annotations

import ipaddress

from sqlalchemy import event
from sqlalchemy.engine import Engine

from nova_cells.cell.conductor.addressing import port_id
from nova_cells.cell.db import addresses
from nova_cells.clients.network.local_range import LocalRange
from nova_cells.contracts import FaultCode, Refused
from tests.unit.cell.conductor.world import WorldCase, wired

ROOM = 5
SMALL = LocalRange(
    "private", ipaddress.IPv4Network("10.180.0.0/29"), ipaddress.IPv4Address("10.180.0.1")
)
"""Has room for five."""


class AddressingTest(WorldCase):
    def lent(self):
        return {row["uuid"]: row["address"] for row in self.world.rows("addresses")}

    def shrink(self):
        """From now on there are five addresses in the cell."""
        self.world.conductor.journal.world.addressing._local = SMALL
        self.assertEqual(ROOM, SMALL.size)

    def small(self, **wish):
        return [{"network_id": SMALL.id, "address": None, "tag": None, **wish}]

    def act(self, uuid, kind, key=None, **arguments):
        self.world.cell.act(uuid, 1, kind, key or f"key-{kind}", arguments)
        self.world.settle()
        return self.world.cell.show(uuid)

    def test_a_server_shows_what_it_was_lent_and_its_host_is_told(self):
        uuid = self.world.booted(networks=wired(tag="nic1"))
        server = self.world.cell.show(uuid)
        [nic] = server.nics
        self.assertEqual(self.lent(), {uuid: nic["addresses"][0]["address"]})
        [shown] = server.addresses["private"]
        self.assertEqual((nic["mac"], "fixed", 4), (shown["mac"], shown["type"], shown["version"]))
        self.assertEqual((port_id(uuid, 0), "nic1"), (nic["id"], nic["tag"]))
        made = self.world.hosts[server.host].made_from[uuid]
        self.assertEqual([nic], made.nics)

    def test_who_wishes_for_none_has_none(self):
        uuid = self.world.booted()
        self.assertEqual(({}, {}), (self.world.cell.show(uuid).addresses, self.lent()))

    def test_it_keeps_its_address_wherever_it_goes(self):
        uuid = self.world.booted(networks=wired())
        before = self.lent()
        for kind in ("stop", "start", "migrate", "confirm_resize", "live_migrate", "rebuild"):
            server = self.act(uuid, kind)
            self.assertEqual(before, self.lent(), kind)
            expected = {"stop": "stopped", "migrate": "resized"}.get(kind, "active")
            self.assertEqual(expected, server.vm_state, kind)
        server = self.act(uuid, "delete")
        self.assertEqual(({}, {}, []), (self.lent(), server.addresses, server.nics))

    def test_a_build_that_fails_on_every_host_gives_it_back(self):
        for host in self.world.hosts.values():
            host.script["create_machine"] = ["refused"]
        self.assertTrue(self.world.build(networks=wired()).accepted)
        self.world.settle()
        self.assertEqual([], self.world.rows("instances"))
        self.assertEqual({}, self.lent())

    def test_where_no_host_has_room_nothing_is_lent(self):
        reply = self.world.build(networks=wired(), forced_host="nowhere")
        self.assertFalse(reply.accepted)
        self.assertEqual({}, self.lent())

    def test_an_exhausted_pool_is_a_readable_shortage(self):
        self.shrink()
        uuids = [self.world.booted(networks=self.small()) for _ in range(ROOM)]
        self.assertEqual(ROOM, len(set(self.lent().values())))
        reply = self.world.build(networks=self.small())
        self.assertEqual((False, str(FaultCode.NO_VALID_HOST)), (reply.accepted, reply.fault_code))
        self.assertIn("no address left", reply.message)
        self.assertEqual(ROOM, sum(row["running"] for row in self.world.rows("hosts")))
        self.act(uuids[0], "delete")
        self.assertTrue(self.world.build(networks=self.small()).accepted)

    def test_of_many_some_fit(self):
        self.shrink()
        self.world.booted(networks=self.small())
        request = self.world.spec(networks=self.small())
        servers = [
            {"uuid": f"{n}0000000-0000-4000-8000-000000000000", "name": f"w{n}", "hostname": "w"}
            for n in range(7)
        ]
        servers = [{**each, "launch_index": n, "epoch": 1} for n, each in enumerate(servers)]
        replies = self.world.cell.build_many(request, servers, 7)
        self.assertEqual([False] * 7, [reply.accepted for reply in replies])
        self.assertEqual(1, len(self.lent()))
        replies = self.world.cell.build_many(request, servers, 2)
        self.assertEqual(ROOM - 1, sum(reply.accepted for reply in replies))
        self.assertEqual(ROOM, sum(row["running"] for row in self.world.rows("hosts")))

    def test_a_named_address_is_had_once(self):
        uuid = self.world.booted(networks=wired(address="10.180.3.3"))
        self.assertEqual({uuid: "10.180.3.3"}, self.lent())
        reply = self.world.build(networks=wired(address="10.180.3.3"))
        self.assertIn("10.180.3.3 is already in use", reply.message)
        reply = self.world.build(networks=wired(address="10.99.3.3"))
        self.assertIn("not one of the local network", reply.message)

    def test_a_cell_without_the_network_refuses(self):
        self.world.conductor.journal.world.addressing._local = None
        reply = self.world.build(networks=wired())
        self.assertIn("no such local network", reply.message)

    def test_an_interface_is_attached_and_detached(self):
        uuid = self.world.booted(networks=wired())
        server = self.act(uuid, "attach_interface", wish=wired(tag="second")[0])
        first, second = server.nics
        self.assertEqual(("ACTIVE", "second"), (second["state"], second["tag"]))
        self.assertEqual(2, len(server.addresses["private"]))
        host = self.world.hosts[server.host]
        self.assertEqual(second["mac"], host.made_from[uuid].nics[1]["mac"])
        server = self.act(uuid, "detach_interface", port=first["id"])
        self.assertEqual([second], server.nics)
        self.assertEqual([second["addresses"][0]["address"]], list(self.lent().values()))
        with self.assertRaises(Refused) as caught:
            self.act(uuid, "detach_interface", key="again", port=first["id"])
        self.assertEqual(FaultCode.NO_SUCH_PORT, caught.exception.code)

    def test_an_interface_that_can_not_be_attached_is_gone_again(self):
        uuid = self.world.booted(networks=wired())
        before = self.world.cell.show(uuid)
        self.world.hosts[before.host].script["attach_nic"] = ["refused"]
        server = self.act(uuid, "attach_interface", wish=wired()[0])
        self.assertEqual(before.nics, server.nics)
        self.assertEqual(1, len(self.lent()))
        self.assertEqual("active", server.vm_state)
        with self.assertRaises(Refused) as caught:
            taken = server.nics[0]["addresses"][0]["address"]
            self.act(uuid, "attach_interface", key="again", wish=wired(address=taken)[0])
        self.assertEqual(FaultCode.NO_VALID_HOST, caught.exception.code)

    def test_only_who_is_on_the_host_is_found_by_its_address(self):
        uuid = self.world.booted(networks=wired())
        host, address = self.world.cell.show(uuid).host, self.lent()[uuid]
        other = next(name for name in self.world.hosts if name != host)

        def at(where, what):
            return self.world.database.read(lambda c: addresses.server_at(c, where, what))

        self.assertEqual(uuid, at(host, address))
        self.assertIsNone(at(other, address))
        self.assertIsNone(at(host, "10.180.0.250" if address != "10.180.0.250" else "10.180.0.9"))

    def test_a_boot_costs_one_statement_more(self):
        self.world.booted(networks=wired())
        plain, with_address = self.statements("none"), self.statements(wired())
        self.assertEqual(1, with_address - plain)
        self.assertGreater(plain, 5, "the counting is broken")

    def statements(self, networks):
        """How many the transaction of a build takes."""
        seen = []

        def count(_connection, _cursor, statement, *_):
            seen.append(statement)

        event.listen(Engine, "before_cursor_execute", count)
        try:
            self.world.build(networks=networks)
        finally:
            event.remove(Engine, "before_cursor_execute", count)
        return len(seen)
