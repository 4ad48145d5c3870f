# SPDX-License-Identifier: Apache-2.0
"""What an agent tells its cell of a guest's devices."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.attaching import DeviceTagging
from nova_cells.cell.compute.drivers.fake import FakeDriver
from nova_cells.cell.compute.endpoint import Endpoint
from nova_cells.contracts import FaultCode, Refused
from tests.parity.case import small_nic
from tests.unit.cell.compute.worlds import a_machine


class ToldDevicesTest(unittest.TestCase):
    def setUp(self):
        self.driver = FakeDriver()
        self.driver.adopt("d")
        self.endpoint = Endpoint({"h": self.driver}, None, None, None)

    def refusal(self, host, uuid):
        with self.assertRaises(Refused) as caught:
            self.endpoint.devices(host, uuid)
        return caught.exception.code

    def test_they_are_the_drivers(self):
        machine = a_machine(nics=[small_nic(0, tag="front")])
        self.driver.define(machine)
        [found] = self.endpoint.devices("h", machine.uuid)
        self.assertEqual((["front"], "pci"), (found["tags"], found["bus"]))

    def test_a_guest_or_a_host_that_is_not_here(self):
        self.assertEqual(FaultCode.INSTANCE_NOT_FOUND, self.refusal("h", a_machine().uuid))
        self.assertEqual(FaultCode.HOST_NOT_FOUND, self.refusal("x", a_machine().uuid))

    def test_a_host_that_can_not_say_knows_of_none(self):
        machine = a_machine(nics=[small_nic(0, tag="front")])
        self.driver.define(machine)
        self.driver.switched_off = frozenset({DeviceTagging})
        self.assertEqual([], self.endpoint.devices("h", machine.uuid))
