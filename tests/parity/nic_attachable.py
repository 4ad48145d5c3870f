# SPDX-License-Identifier: Apache-2.0
"""What every driver that can plug interfaces in and out does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.attaching import NicAttachable, NicTagging
from nova_cells.cell.compute.drivers.interface import MachineUnknown, PowerState
from tests.parity.core import ABSENT


class NicAttachableParity:
    """Attach and detach network interfaces, of running and of stopped servers."""

    capability = NicAttachable

    def test_an_interface_comes_and_goes_while_the_guest_runs(self):
        uuid, nic = self.listening(), self.make_nic()
        for _ in range(2):
            self.driver.attach_nic(self.machine, nic)
            self.assertEqual([nic["mac"]], self.macs())
        for _ in range(2):
            self.driver.detach_nic(uuid, nic["mac"])
            self.assertEqual([], self.macs())
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_interfaces_of_a_guest_that_is_off_are_there_when_it_starts(self):
        one, other = self.make_nic(0), self.make_nic(1)
        self.machine = self.make_machine(uuid=self.machine.uuid, nics=[one])
        self.driver.define(self.machine)
        self.driver.attach_nic(self.machine, other)
        self.driver.detach_nic(self.machine.uuid, one["mac"])
        self.assertEqual([other["mac"]], self.macs())
        self.driver.set_power(self.machine.uuid, on=True)
        self.assertEqual([other["mac"]], self.macs())

    def test_no_unknown_machine_has_interfaces(self):
        absent, nic = self.make_machine(uuid=ABSENT), self.make_nic()
        self.assertRaises(MachineUnknown, self.driver.attach_nic, absent, nic)
        self.assertRaises(MachineUnknown, self.driver.detach_nic, ABSENT, nic["mac"])
        self.assertEqual(set(), self.driver.machines())


class NicTaggingParity:
    """Tags of network interfaces attached later."""

    capability = NicTagging

    def test_the_tag_of_an_interface_is_known_until_it_goes(self):
        self.driver.define(self.machine)
        uuid, nic = self.machine.uuid, self.make_nic(tag="backup")
        self.driver.attach_nic(self.machine, nic)
        (found,) = self.driver.devices(uuid)
        self.assertEqual(("nic", nic["mac"], ["backup"]), tuple(map(found.get, NIC)))
        self.driver.detach_nic(uuid, nic["mac"])
        self.driver.attach_nic(self.machine, {**nic, "tag": None})
        (found,) = self.driver.devices(uuid)
        self.assertEqual([], found["tags"])


NIC = ("type", "mac", "tags")
