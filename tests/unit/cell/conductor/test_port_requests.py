# SPDX-License-Identifier: Apache-2.0
"""Ports that ask for a minimum: claimed of their host with the server, and told to Neutron."""

from __future__ import annotations

from nova_cells.contracts import Refused
from tests.unit.cell.conductor.ports_case import PortsCase
from tests.unit.clients.network.neutron_case import PROJECT

OUT = "NET_BW_EGR_KILOBIT_PER_SEC@CUSTOM_PHYSNET_P"


class PortRequestsTest(PortsCase):
    def setUp(self):
        super().setUp()
        for name in ("h1", "h2"):
            host = self.world.hosts[name]
            host.inventory = host.inventory.replace(resources={OUT: 10})
            host.facts["network_providers"] = {"CUSTOM_PHYSNET_P": f"provider-{name}"}
            host.register()

    def asking(self, amount):
        port = self.twin.ports.make(PROJECT, self.network)
        groups = {"groups": {"g": "CUSTOM_PHYSNET_P"}, "resources": {OUT: amount}}
        return port, self.wish(port_id=port["id"], **groups)

    def used(self):
        rows = self.world.rows("host_resources")
        return {row["host"]: row["used"] for row in rows if row["resource_class"] == OUT}

    def told(self, port):
        return port["binding:profile"].get("allocation")

    def moved(self, uuid, kind, **arguments):
        self.act(uuid, kind, **arguments)
        self.plug(uuid)
        self.world.settle()
        return self.show(uuid).host

    def test_it_is_claimed_and_told_wherever_the_server_goes(self):
        port, wish = self.asking(7)
        uuid = self.booted(wish)
        home = self.show(uuid).host
        other = {"h1": "h2", "h2": "h1"}[home]
        self.assertEqual({home: 7, other: 0}, self.used())
        self.assertEqual({"g": f"provider-{home}"}, self.told(port))
        self.assertEqual(other, self.moved(uuid, "migrate"))
        self.assertEqual({home: 7, other: 7}, self.used())
        self.assertEqual({"g": f"provider-{other}"}, self.told(port))
        self.assertEqual(home, self.moved(uuid, "revert_resize"))
        self.assertEqual(({home: 7, other: 0}), self.used())
        self.assertEqual({"g": f"provider-{home}"}, self.told(port))
        self.settled(uuid, "live_migrate")
        self.assertEqual({home: 0, other: 7}, self.used())
        self.assertEqual({"g": f"provider-{other}"}, self.told(port))
        self.settled(uuid, "shelve")
        self.assertEqual(({home: 0, other: 0}, None), (self.used(), self.told(port)))
        there = self.moved(uuid, "unshelve")
        self.assertEqual((7, {"g": f"provider-{there}"}), (self.used()[there], self.told(port)))
        self.world.hosts[there].alive = False
        self.world.cell.update_host(there, {"forced_down": True})
        last = self.moved(uuid, "evacuate")
        self.assertEqual((7, {"g": f"provider-{last}"}), (self.used()[last], self.told(port)))
        self.settled(uuid, "detach_interface", port=port["id"])
        self.assertEqual(({there: 0, last: 0}, {}), (self.used(), port["binding:profile"]))

    def test_what_no_host_has_left_is_not_given(self):
        for amount, state in ((7, "active"), (7, "active"), (7, None)):
            _port, wish = self.asking(amount)
            if state:
                self.booted(wish)
            else:
                reply = self.world.build(networks=[wish], project_id=PROJECT)
                self.assertFalse(reply.accepted)
        self.assertEqual({7}, set(self.used().values()))

    def test_a_network_that_guarantees_a_minimum_by_now_is_told_and_nothing_is_left(self):
        rule = {"type": "minimum_bandwidth"}
        running = self.booted()
        self.twin.policy(self.network, rule)
        uuid = self.begin()
        self.world.settle()
        server = self.show(uuid)
        self.assertEqual(("error", 400), (server.vm_state, server.fault.code))
        self.assertIn("networks with QoS policy", server.fault.message)
        self.assertEqual([], self.ports(uuid))
        self.settled(running, "attach_interface", wish=self.wish())
        self.assertEqual((1, 1), (len(self.ports(running)), len(self.show(running).nics)))

    def test_one_that_is_plugged_in_later_claims_it_then(self):
        uuid = self.booted()
        home = self.show(uuid).host
        if home == "h3":  # it has no such device
            home = self.moved(uuid, "migrate")
            self.settled(uuid, "confirm_resize")
        port, wish = self.asking(7)
        self.settled(uuid, "attach_interface", wish=wish)
        self.assertEqual(7, self.used()[home])
        self.assertEqual({"g": f"provider-{home}"}, self.told(port))
        _port, more = self.asking(4)
        with self.assertRaises(Refused) as refused:
            self.act(uuid, "attach_interface", wish=more)
        self.assertEqual("no_valid_host", refused.exception.code)
        self.world.hosts[home].script["attach_nic"] = ["refused"]
        _port, small = self.asking(3)
        self.settled(uuid, "attach_interface", wish=small)
        self.assertEqual(7, self.used()[home])
        self.settled(uuid, "detach_interface", port=port["id"])
        self.assertEqual({0}, set(self.used().values()))
