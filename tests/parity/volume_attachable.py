# SPDX-License-Identifier: Apache-2.0
"""What every driver that can plug volumes in and out does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.attaching import (
    VolumeAttachable,
    VolumeExtendable,
    VolumeSharing,
    VolumeSnapshotAssisting,
    VolumeSwappable,
    VolumeTagging,
)
from nova_cells.cell.compute.drivers.interface import DriverRefused, MachineUnknown, PowerState
from tests.parity.core import ABSENT


class VolumeAttachableParity:
    """Attach and detach volumes, of running and of stopped servers."""

    capability = VolumeAttachable

    def serials(self):
        found = self.driver.devices(self.machine.uuid)
        return sorted(one["serial"] for one in found if "serial" in one)

    def test_a_volume_comes_and_goes_while_the_guest_runs(self):
        uuid, volume = self.listening(), self.make_volume()
        names = {self.driver.attach_volume(self.machine, volume) for _ in range(2)}
        self.assertEqual(1, len(names))
        self.assertRegex(names.pop(), "^[a-z]+$")
        self.assertEqual([volume["id"]], self.serials())
        for _ in range(2):
            self.driver.detach_volume(uuid, volume["id"])
            self.assertEqual([], self.serials())
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_volumes_of_a_guest_that_is_off_are_there_when_it_starts(self):
        one, other = self.make_volume(0), self.make_volume(1)
        self.machine = self.make_machine(uuid=self.machine.uuid, volumes=[one])
        self.driver.define(self.machine)
        name = self.driver.attach_volume(self.machine, other)
        self.driver.detach_volume(self.machine.uuid, one["id"])
        self.assertEqual(name, self.driver.attach_volume(self.machine, other))
        self.driver.set_power(self.machine.uuid, on=True)
        self.assertEqual([other["id"]], self.serials())

    def test_no_unknown_machine_has_volumes(self):
        absent, volume = self.make_machine(uuid=ABSENT), self.make_volume()
        self.assertRaises(MachineUnknown, self.driver.attach_volume, absent, volume)
        self.assertRaises(MachineUnknown, self.driver.detach_volume, ABSENT, volume["id"])
        self.assertEqual(set(), self.driver.machines())


class VolumeTaggingParity:
    """Tags of volumes attached later."""

    capability = VolumeTagging

    def test_the_tag_of_a_volume_is_known_until_it_goes(self):
        self.driver.define(self.machine)
        uuid, volume = self.machine.uuid, self.make_volume(tag="database")
        self.driver.attach_volume(self.machine, volume)
        (found,) = self.driver.devices(uuid)
        self.assertEqual(("disk", volume["id"], ["database"]), tuple(map(found.get, DISK)))
        self.driver.detach_volume(uuid, volume["id"])
        self.assertEqual([], self.driver.devices(uuid))


class VolumeSharingParity:
    """One volume attached to several servers."""

    capability = VolumeSharing

    def test_two_guests_share_a_volume(self):
        other, volume = self.make_machine(), self.make_volume(shared=True)
        self.addCleanup(self.driver.destroy, other.uuid)
        self.driver.define(other)
        self.driver.set_power(other.uuid, on=True)
        self.running()
        for machine in (self.machine, other):
            self.driver.attach_volume(machine, volume)
        for machine in (self.machine, other):
            (found,) = self.driver.devices(machine.uuid)
            self.assertEqual(volume["id"], found["serial"])


class VolumeExtendableParity:
    """Attached volumes grow while the server runs."""

    capability = VolumeExtendable

    def test_a_volume_grows(self):
        uuid, volume = self.running(), self.make_volume()
        self.driver.attach_volume(self.machine, volume)
        for _ in range(2):
            self.driver.extend_volume(uuid, volume["id"], 2 << 20)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_only_a_volume_that_is_there_grows(self):
        uuid = self.running()
        self.assertRaises(DriverRefused, self.driver.extend_volume, uuid, ABSENT, 2 << 20)
        self.assertRaises(MachineUnknown, self.driver.extend_volume, ABSENT, ABSENT, 2 << 20)


class VolumeSwappableParity:
    """A running server goes on with another volume in place of one of its own."""

    capability = VolumeSwappable

    def test_a_guest_goes_on_with_another_volume(self):
        uuid, old, new = self.running(), self.make_volume(0), self.make_volume(1)
        name = self.driver.attach_volume(self.machine, old)
        for _ in range(2):
            self.driver.swap_volume(self.machine, old["id"], new)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        self.driver.set_power(uuid, on=False)
        self.assertEqual([new["id"]], self.volumes_of(uuid))
        self.assertEqual(name, self.driver.attach_volume(self.machine, new))
        self.driver.detach_volume(uuid, new["id"])
        self.assertEqual([], self.volumes_of(uuid))

    def volumes_of(self, uuid):
        return [one["serial"] for one in self.driver.devices(uuid) if one["type"] == "disk"]

    def test_only_a_volume_of_a_guest_that_runs_is_swapped(self):
        self.driver.define(self.machine)
        old, new = self.make_volume(0), self.make_volume(1)
        self.driver.attach_volume(self.machine, old)
        swap = self.driver.swap_volume
        self.assertRaises(DriverRefused, swap, self.machine, old["id"], new)
        absent = self.make_machine(uuid=ABSENT)
        self.assertRaises(MachineUnknown, swap, absent, old["id"], new)


class VolumeSnapshotAssistingParity:
    """Volumes that are files get snapshots while a running server has them, for their service."""

    capability = VolumeSnapshotAssisting

    def test_a_guest_goes_on_in_other_files_of_a_volume(self):
        uuid, volume = self.running(), self.make_volume()
        self.driver.attach_volume(self.machine, volume)
        first, second = self.beside(volume, "one"), self.beside(volume, "two", "one")
        for file in (first, first, second):
            self.driver.snapshot_volume(self.machine, volume["id"], file)
        for _ in range(2):
            self.driver.merge_volume(uuid, volume["id"], None, None)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))
        for on in (False, True):  # it starts with that file too
            self.driver.set_power(uuid, on=on)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_a_file_is_merged_into_the_one_below(self):
        uuid, volume = self.running(), self.make_volume()
        self.driver.attach_volume(self.machine, volume)
        for file in (self.beside(volume, "one"), self.beside(volume, "two", "one")):
            self.driver.snapshot_volume(self.machine, volume["id"], file)
        for _ in range(2):
            self.driver.merge_volume(uuid, volume["id"], "one", self.beside(volume, ""))
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_a_guest_goes_back_to_the_file_it_had(self):
        uuid, volume = self.running(), self.make_volume()
        self.driver.attach_volume(self.machine, volume)
        self.driver.snapshot_volume(self.machine, volume["id"], self.beside(volume, "one"))
        for _ in range(2):
            self.driver.unsnapshot_volume(uuid, volume["id"], "one")
        self.driver.snapshot_volume(self.machine, volume["id"], self.beside(volume, "two"))
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(uuid))

    def test_only_volumes_that_are_there_get_snapshots(self):
        uuid = self.running()
        take, absent = self.driver.snapshot_volume, self.make_machine(uuid=ABSENT)
        self.assertRaises(DriverRefused, take, self.machine, ABSENT, "one")
        self.assertRaises(DriverRefused, self.driver.merge_volume, uuid, ABSENT, None, None)
        self.assertRaises(MachineUnknown, take, absent, ABSENT, "one")


DISK = ("type", "serial", "tags")
