# SPDX-License-Identifier: Apache-2.0
"""What every driver that can say where a guest's devices are does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.attaching import DeviceTagging
from nova_cells.cell.compute.drivers.interface import MachineUnknown
from tests.parity.core import ABSENT


class DeviceTaggingParity:
    """Tagged devices, shown to the guest with their addresses."""

    capability = DeviceTagging

    def test_devices_have_addresses_and_tags(self):
        nics = [self.make_nic(0, tag="front"), self.make_nic(1)]
        volumes = [self.make_volume(0, tag="data")]
        self.machine = self.make_machine(uuid=self.machine.uuid, nics=nics, volumes=volumes)
        uuid = self.running()
        found = self.driver.devices(uuid)
        self.assertEqual(
            [("nic", ["front"]), ("nic", []), ("disk", ["data"])],
            [(one["type"], one["tags"]) for one in found],
        )
        self.assertEqual([nic["mac"] for nic in nics], [one["mac"] for one in found[:2]])
        self.assertEqual(volumes[0]["id"], found[2]["serial"])
        self.assertEqual({"pci"}, {one["bus"] for one in found})
        places = [one["address"] for one in found]
        self.assertEqual(3, len(set(places)))
        for place in places:
            self.assertRegex(place, r"^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$")

    def test_a_machine_without_any(self):
        self.driver.define(self.machine)
        self.assertEqual([], self.driver.devices(self.machine.uuid))
        self.assertRaises(MachineUnknown, self.driver.devices, ABSENT)
