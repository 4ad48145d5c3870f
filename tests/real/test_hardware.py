# SPDX-License-Identifier: Apache-2.0
"""Real guests have the hardware that their images and flavors ask for; seen in what runs."""

from __future__ import annotations

import subprocess
from pathlib import Path
from xml.etree import ElementTree

from nova_cells.cell.compute.drivers.hardware import EVERYTHING
from nova_cells.cell.compute.drivers.interface import (
    DriverFailed,
    DriverRefused,
    PowerState,
    Surroundings,
)
from nova_cells.cell.compute.drivers.libvirt import make_drivers
from tests.real.case import RealDriverCase


class HardwareTest(RealDriverCase):
    def wishing(self, properties, **changes):
        image = self.ground.guest.obj_clone()
        image.properties = {**image.properties, **properties}
        return self.make_machine(image=image, **changes)

    def domain(self):
        return self.connection().lookupByUUIDString(self.machine.uuid)

    def live(self):
        return ElementTree.fromstring(self.domain().XMLDesc(0))

    def test_a_guest_with_uefi_boots_and_its_memory_goes_with_it(self):
        properties = {"hw_firmware_type": "uefi", "hw_tpm_version": "2.0", "hw_vif_model": "e1000e"}
        specs = {"hw:watchdog_action": "reset", "hw:cpu_max_sockets": "1"}
        nic, volume = self.make_nic(0, tag="front"), self.make_volume(0, tag="data")
        self.machine = self.wishing(
            properties, nics=[nic], vcpus=2, memory_mb=192, extra_specs=specs
        )
        uuid = self.listening()
        self.assertIn("startup.nsh", self.driver.console_output(uuid, -1))
        found = self.live()
        self.assertIn("q35", found.find("os/type").get("machine"))
        self.assertEqual("2.0", found.find("devices/tpm/backend").get("version"))
        self.assertEqual("reset", found.find("devices/watchdog").get("action"))
        self.assertEqual("2", found.find("cpu/topology").get("cores"))
        self.assertEqual("e1000e", found.find("devices/interface/model").get("type"))
        self._plug_and_pull(uuid, volume, self.make_nic(1, tag="back"))
        self._take_away(uuid)

    def _plug_and_pull(self, uuid, volume, nic):
        """A PCI Express board has room for more."""
        before = self.driver.devices(uuid)
        self.driver.attach_volume(self.machine, volume)
        self.driver.attach_nic(self.machine, nic)
        tags = [tag for found in self.driver.devices(uuid) for tag in found["tags"]]
        self.assertEqual(["front", "back", "data"], tags)
        self.driver.detach_volume(uuid, volume["id"])
        self.driver.detach_nic(uuid, nic["mac"])
        self.assertEqual(before, self.driver.devices(uuid))

    def _take_away(self, uuid):
        """Neither the firmware's memory nor the TPM's outlives the machine."""
        secrets = Path(self.ground.hosts[self.host]["state_dir"]) / "lib/swtpm" / uuid
        (settings,) = self.state.rglob("nvram.fd")
        self.assertTrue(secrets.exists())
        self.driver.destroy(uuid)
        self.assertFalse(settings.exists() or secrets.exists())

    def test_a_guest_is_held_to_the_limits_of_its_flavor(self):
        specs = {"quota:disk_read_iops_sec": "500", "quota:disk_total_bytes_sec": "10485760"}
        specs |= {"quota:cpu_shares": "512", "quota:cpu_quota": "10000", "hw_rng:allowed": "false"}
        properties = {"hw_disk_bus": "scsi", "hw_scsi_model": "virtio-scsi"}
        properties |= {"hw_video_model": "virtio", "hw_qemu_guest_agent": "yes"}
        self.machine = self.wishing(properties, extra_specs=specs, config_drive=True)
        self.running()
        domain = self.domain()
        tune = domain.blockIoTune("sda")
        self.assertEqual((500, 10485760), (tune["read_iops_sec"], tune["total_bytes_sec"]))
        held = domain.schedulerParameters()
        self.assertEqual((512, 10000), (held["cpu_shares"], held["vcpu_quota"]))
        found = self.live()
        self.assertIsNone(found.find("devices/rng"))
        self.assertEqual("virtio", found.find("devices/video/model").get("type"))
        self.assertIsNotNone(found.find("devices/channel[@type='unix']"))
        self.assertEqual(["hda", "sda"], sorted(self._targets(found)))

    def _targets(self, found):
        return [target.get("dev") for target in found.iterfind("devices/disk/target")]

    def test_a_guest_that_does_not_let_go_is_a_failure_that_can_be_tried_again(self):
        uuid, nic = self.running(), self.make_nic()
        self.driver.attach_nic(self.machine, nic)
        self.driver.pause(uuid)
        conf = self.make_conf()
        conf.set_override("detach_timeout", 0.5, group="libvirt")
        hasty = make_drivers(conf, Surroundings((self.host,), self.state))[self.host]
        self.addCleanup(hasty.close)
        hasty.adopt(self.deployment)
        with self.assertRaisesRegex(DriverFailed, "does not let go"):
            hasty.detach_nic(uuid, nic["mac"])
        self.assertEqual([nic["mac"]], [one["mac"] for one in self.driver.devices(uuid)])
        self.driver.set_power(uuid, on=False)
        self.driver.detach_nic(uuid, nic["mac"])
        self.assertEqual([], self.driver.devices(uuid))

    def test_the_host_offers_all_but_what_its_kernel_lacks(self):
        known = set(self.driver.inventory().traits)
        self.assertEqual({"COMPUTE_NET_LIMITS"}, EVERYTHING - known)

    def test_nothing_is_made_of_a_machine_this_host_can_not_give(self):
        for properties in (
            {"hw_disk_bus": "xen"},
            {"hw_machine_type": "pc-i440fx-0.1"},
            {"os_secure_boot": "required"},
            {"hw_machine_type": "q35", "hw_disk_bus": "ide"},
        ):
            with self.assertRaises(DriverRefused):
                self.driver.define(self.wishing(properties))
        self.assertEqual(set(), self.files())

    def block_device(self, path):
        """A loop device on a file."""
        command = ["losetup", "--find", "--show", path]
        device = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        self.addCleanup(subprocess.run, ["losetup", "--detach", device], check=True)
        return device

    def test_a_block_device_brings_the_controller_of_its_bus(self):
        uuid, volume = self.running(), self.make_volume(0, bus="scsi")
        data = volume["connection"]["data"]
        data["device_path"] = self.block_device(data["device_path"])
        for _ in range(2):
            self.assertEqual("sda", self.driver.attach_volume(self.machine, volume))
        controllers = self.live().findall("devices/controller[@type='scsi']")
        self.assertEqual(["virtio-scsi"], [one.get("model") for one in controllers])
        (found,) = self.driver.devices(uuid)
        self.assertEqual("scsi", found["bus"])
        source = self.live().find("devices/disk[@type='block']/source")
        self.assertEqual(data["device_path"], source.get("dev"))
        self.driver.destroy(uuid)

    def test_a_volume_is_the_root_disk_on_another_board(self):
        path = self.state / "root-volume.qcow2"
        path.write_bytes(b"".join(self.ground.images.chunks(self.ground.guest.id)))
        volume = self.make_volume(0, boot_index=0)
        data = {"device_path": str(path), "format": "qcow2"}
        volume["connection"] = {"driver_volume_type": "local", "data": data}
        disks = {"volumes": [volume], "swap_mb": 16, "config_drive": True}
        self.machine = self.wishing({"hw_machine_type": "q35"}, root_gb=0, **disks)
        uuid = self.running()
        self.assertEqual(["vda", "vdb", "sda"], self._targets(self.live()))
        self.banner()
        self.driver.rebuild(self.machine)
        self.assertEqual(PowerState.SHUTDOWN, self.driver.power_state(uuid))
        self.driver.destroy(uuid)
        self.assertTrue(path.exists(), "a volume is not the host's to take away")
