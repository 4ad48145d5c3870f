# SPDX-License-Identifier: Apache-2.0
"""What every driver that can start a guest from another image does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import DriverRefused, MachineUnknown, PowerState
from nova_cells.cell.compute.drivers.rescuing import Rescuable, StableRescuable, VolumeRescuable
from nova_cells.objects import ImageFacts
from tests.parity.core import ABSENT


class RescuableParity:
    """A guest is started from another image beside its own disk."""

    capability = Rescuable

    def rescued(self, machine=None):
        self.driver.rescue(machine or self.machine, self.machine.image or ImageFacts(id="rescue"))

    def test_a_guest_is_rescued_and_has_its_own_disk_again(self):
        uuid = self.running()
        for _ in range(2):
            self.rescued()
            self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        for _ in range(2):
            self.driver.unrescue(self.machine)
            self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(uuid))
        self.driver.set_power(uuid, on=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_a_guest_that_is_not_rescued_is_left_alone(self):
        uuid = self.running()
        self.driver.unrescue(self.machine)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_a_guest_that_is_off_can_be_rescued_and_destroyed(self):
        self.driver.define(self.machine)
        self.rescued()
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(self.machine.uuid))
        self.driver.destroy(self.machine.uuid)
        self.assertEqual(set(), self.driver.machines())

    def test_no_unknown_machine_is_rescued(self):
        absent = self.make_machine(uuid=ABSENT)
        self.assertRaises(MachineUnknown, self.rescued, absent)
        self.assertRaises(MachineUnknown, self.driver.unrescue, absent)
        self.assertEqual(set(), self.driver.machines())


class StableRescuableParity:
    """Rescue from a device of its own, all others staying where they are."""

    capability = StableRescuable

    def test_the_rescue_disk_may_be_a_device_of_its_own(self):
        self.machine = self.make_machine(uuid=self.machine.uuid, nics=[self.make_nic()])
        uuid = self.running()
        before = self.driver.devices(uuid)
        for properties in ({"hw_rescue_bus": "usb"}, {"hw_rescue_device": "cdrom"}):
            self.driver.rescue(self.machine, rescue_image(self.machine, properties))
            self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
            self.assertEqual(before, self.driver.devices(uuid))
        self.driver.unrescue(self.machine)
        self.assertEqual(before, self.driver.devices(uuid))

    def test_a_rescue_device_that_is_none_leaves_the_guest_alone(self):
        uuid = self.running()
        image = rescue_image(self.machine, {"hw_rescue_device": "tape"})
        self.assertRaises(DriverRefused, self.driver.rescue, self.machine, image)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))


class VolumeRescuableParity:
    """Rescue of servers that start from a volume."""

    capability = VolumeRescuable

    def test_a_guest_on_a_volume_is_rescued(self):
        image, volume = self.machine.image, self.make_volume(boot_index=0)
        self.machine = self.make_machine(
            uuid=self.machine.uuid, image=None, root_gb=0, volumes=[volume]
        )
        uuid = self.running()
        rescue = rescue_image(self.make_machine(image=image), {"hw_rescue_device": "disk"})
        self.driver.rescue(self.machine, rescue)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        (found,) = self.driver.devices(uuid)
        self.assertEqual(volume["id"], found["serial"])
        self.driver.unrescue(self.machine)
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(uuid))


def rescue_image(machine, properties):
    """The machine's image, which asks to be a rescue disk like this."""
    image = (machine.image or ImageFacts(id="rescue")).obj_clone()
    image.properties = {**image.properties, **properties}
    return image
