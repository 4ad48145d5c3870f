# SPDX-License-Identifier: Apache-2.0
"""Ports that come and go while their server is there."""

from __future__ import annotations

from tests.services.twin import LOST
from tests.unit.cell.conductor.ports_case import PortsCase
from tests.unit.clients.network.neutron_case import PROJECT


class AttachTest(PortsCase):
    def test_a_port_comes_and_goes_while_the_server_runs(self):
        uuid = self.booted()
        key = self.settled(uuid, "attach_interface", wish=self.wish(tag="back"))
        first, new = self.show(uuid).nics
        self.assertEqual((key, "back", False), (new["key"], new["tag"], new["attaching"]))
        self.assertEqual(2, len(self.ports(uuid)))
        self.assertEqual({self.show(uuid).host}, self.bound(uuid))
        self.settled(uuid, "detach_interface", port=new["id"])
        self.assertEqual([first["id"]], [port["id"] for port in self.ports(uuid)])
        self.assertEqual([first["id"]], [nic["id"] for nic in self.show(uuid).nics])

    def test_one_the_guest_can_not_take_is_gone_again(self):
        uuid = self.booted()
        self.world.hosts[self.show(uuid).host].script["attach_nic"] = ["refused"]
        self.settled(uuid, "attach_interface", wish=self.wish())
        self.assertEqual(1, len(self.ports(uuid)))
        self.assertEqual(1, len(self.show(uuid).nics))

    def test_a_given_one_is_freed_and_stays(self):
        uuid = self.booted()
        given = self.twin.ports.make(PROJECT, self.network)
        self.settled(uuid, "attach_interface", wish=self.wish(port_id=given["id"]))
        self.assertEqual(uuid, given["device_id"])
        self.settled(uuid, "detach_interface", port=given["id"])
        self.assertEqual("", given["device_id"])
        self.assertIn(given["id"], self.twin.ports.known)

    def test_an_answer_that_is_lost_makes_no_second_port(self):
        uuid = self.booted()
        self.twin.fault(1, LOST, changes=True)
        self.settled(uuid, "attach_interface", wish=self.wish())
        self.assertEqual(2, len(self.ports(uuid)))
        self.assertEqual(2, len(self.show(uuid).nics))
