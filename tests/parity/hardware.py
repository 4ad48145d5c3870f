# SPDX-License-Identifier: Apache-2.0
"""What every driver does that gives guests the hardware their images and flavors ask for.

Here a guest only has to start with it; that it is the right one is for each driver's own tests.
"""

from __future__ import annotations

from nova_cells.cell.compute.drivers import hardware
from nova_cells.cell.compute.drivers.interface import DriverRefused, PowerState, can
from nova_cells.objects import ImageFacts
from tests.parity.suite import parity_that_declares


class Wishing:
    """What the mix-ins below have in common."""

    def wishing(self, properties=None, extra_specs=None, **changes):
        """A machine whose image has these properties and whose flavor these extra specs."""
        image = (self.machine.image or ImageFacts(id="wished")).obj_clone()
        image.properties = {**image.properties, **(properties or {})}
        specs = extra_specs or {}
        return self.make_machine(uuid=self.machine.uuid, image=image, extra_specs=specs, **changes)

    def starts(self, *arguments, **changes):
        """Such a machine runs, and nothing of it stays; a host that lacks this says so at once."""
        self.driver.inventory()
        asked = parity_that_declares(type(self), self._testMethodName)
        if not can(self.driver, asked.capability):
            self.refuses(*arguments, **changes)
            return
        machine = self.wishing(*arguments, **changes)
        self.driver.define(machine)
        self.driver.set_power(machine.uuid, on=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(machine.uuid))
        self.driver.destroy(machine.uuid)
        self.assertEqual(set(), self.driver.machines())

    def refuses(self, *arguments, **changes):
        """Such a machine is refused in words, and nothing of it is made."""
        with self.assertRaises(DriverRefused) as caught:
            self.driver.define(self.wishing(*arguments, **changes))
        self.assertGreater(len(caught.exception.message.split()), 4)
        self.assertEqual(set(), self.driver.machines())


class BiosBootableParity(Wishing):
    """BIOS guests, on the board the image names."""

    capability = hardware.BiosBootable

    def test_boards(self):
        for board in ("pc", "q35"):
            self.starts({"hw_machine_type": board, "hw_firmware_type": "bios"})
        self.refuses({"hw_firmware_type": "open-hearth"})


class UefiBootableParity(Wishing):
    """UEFI guests, with settings of their own."""

    capability = hardware.UefiBootable

    def test_uefi(self):
        self.starts({"hw_firmware_type": "uefi"})


class SecureBootableParity(Wishing):
    """UEFI secure boot."""

    capability = hardware.SecureBootable

    def test_secure_boot(self):
        self.starts({"hw_firmware_type": "uefi", "os_secure_boot": "required"})
        self.refuses({"hw_firmware_type": "uefi"}, {"os:secure_boot": "perhaps"})


class TpmEmulatingParity(Wishing):
    """Emulated trusted platform modules."""

    capability = hardware.TpmEmulating

    def test_tpm(self):
        self.starts({"hw_tpm_version": "2.0", "hw_tpm_model": "tpm-crb"})
        self.refuses({"hw_tpm_version": "2.0"}, {"hw:tpm_version": "1.2"})


class WatchingParity(Wishing):
    """Watchdogs that act when the guest hangs."""

    capability = hardware.Watching

    def test_watchdog(self):
        self.starts({"hw_watchdog_action": "reset"}, {"hw:watchdog_action": "pause"})
        self.refuses({}, {"hw:watchdog_action": "bark"})


class DiskBusChoosingParity(Wishing):
    """Disk and CD-ROM buses named by the image."""

    capability = hardware.DiskBusChoosing

    def test_buses(self):
        self.starts({"hw_disk_bus": "scsi", "hw_cdrom_bus": "sata"}, config_drive=True)
        self.starts({"hw_disk_bus": "usb", "hw_machine_type": "q35"})
        self.refuses({"hw_disk_bus": "punch-card"})
        self.refuses({"hw_disk_bus": "xen"})


class NicModelChoosingParity(Wishing):
    """Network interface models named by the image."""

    capability = hardware.NicModelChoosing

    def test_models(self):
        self.starts({"hw_vif_model": "e1000"}, nics=[self.make_nic()])
        self.refuses({"hw_vif_model": "netfront"})


class NicQueueingParity(Wishing):
    """Multiqueue network interfaces."""

    capability = hardware.NicQueueing

    def test_queues(self):
        self.starts({"hw_vif_multiqueue_enabled": "true"}, nics=[self.make_nic()], vcpus=2)
        self.refuses({"hw_vif_multiqueue_enabled": "no"}, {"hw:vif_multiqueue_enabled": "yes"})


class VideoChoosingParity(Wishing):
    """Graphics cards named by the image."""

    capability = hardware.VideoChoosing

    def test_cards(self):
        self.starts({"hw_video_model": "virtio"})
        self.starts({"hw_video_model": "vga", "hw_video_ram": "16"}, {"hw_video:ram_max_mb": "32"})
        self.refuses({"hw_video_model": "voodoo"})


class SoundChoosingParity(Wishing):
    """Sound cards named by image or flavor."""

    capability = hardware.SoundChoosing

    def test_cards_for_sound(self):
        self.starts({}, {"hw:sound_model": "ac97"})
        self.refuses({"hw_sound_model": "gramophone"})


class DiskLimitingParity(Wishing):
    """Disk limits of the flavor."""

    capability = hardware.DiskLimiting

    def test_limited_disks(self):
        limits = {"quota:disk_read_iops_sec": "500", "quota:disk_write_bytes_sec": "10485760"}
        self.starts({}, limits)


class NicLimitingParity(Wishing):
    """Network limits of the flavor."""

    capability = hardware.NicLimiting

    def test_limited_interfaces(self):
        limits = {
            f"quota:vif_{way}_{what}": "4096"
            for way in ("inbound", "outbound")
            for what in ("average", "peak", "burst")
        }
        self.starts({}, limits, nics=[self.make_nic()])


class CpuLimitingParity(Wishing):
    """Processor shares and quotas of the flavor."""

    capability = hardware.CpuLimiting

    def test_limited_processors(self):
        self.starts({}, {"quota:cpu_shares": "512", "quota:cpu_period": "20000"})
        self.starts({}, {"quota:cpu_quota": "10000", "quota:cpu_period": "20000"})


class CpuShapingParity(Wishing):
    """Sockets, cores and threads of the guest's processors."""

    capability = hardware.CpuShaping

    def test_shapes(self):
        self.starts({"hw_cpu_cores": "2"}, {"hw:cpu_max_sockets": "1"}, vcpus=2)
        self.refuses({"hw_cpu_max_cores": "many"})


class NumaShapingParity(Wishing):
    """NUMA nodes of the guest's own."""

    capability = hardware.NumaShaping

    def test_nodes(self):
        self.starts({"hw_numa_nodes": "2"}, vcpus=3)
        self.refuses({"hw_numa_nodes": "many"}, vcpus=2)


class PackedRingsParity(Wishing):
    """Packed rings of virtio devices."""

    capability = hardware.PackedRings

    def test_packed_rings(self):
        self.starts({}, {"hw:virtio_packed_ring": "true"}, nics=[self.make_nic()], swap_mb=1)


class UsbModelChoosingParity(Wishing):
    """USB controllers named by image or flavor."""

    capability = hardware.UsbModelChoosing

    def test_usb_controllers(self):
        self.starts({"hw_usb_model": "nec-xhci", "hw_disk_bus": "usb"})
        self.refuses({"hw_usb_model": "serial-port"})


class ViommuChoosingParity(Wishing):
    """IOMMUs of the guest's own."""

    capability = hardware.ViommuChoosing

    def test_viommus(self):
        for model in ("intel", "auto"):
            self.starts({"hw_viommu_model": model, "hw_machine_type": "q35"})
        self.refuses({"hw_viommu_model": "smmuv3", "hw_machine_type": "q35"})


class VolumeBootableParity(Wishing):
    """Guests that start from a volume."""

    capability = hardware.VolumeBootable

    def test_a_guest_starts_from_a_volume(self):
        volume = self.make_volume(boot_index=0)
        self.starts(volumes=[volume], root_gb=0)
