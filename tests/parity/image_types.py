# SPDX-License-Identifier: Apache-2.0
"""What every driver does with images of the kinds it starts guests from.

Here a guest is only defined and started; that it really boots is for each driver's own tests.
"""

from __future__ import annotations

from nova_cells.cell.compute.drivers import image_types
from nova_cells.cell.compute.drivers.interface import (
    ImageUnusable,
    PowerState,
    can,
    traits,
)
from nova_cells.objects import ImageFacts


class Starting:
    """What the mix-ins below have in common."""

    def starts_from(self, *formats: str) -> None:
        for name in formats:
            with self.subTest(format=name):
                machine = self.make_machine(uuid=self.machine.uuid, image=self.image_in(name))
                self.driver.define(machine)
                self.driver.set_power(machine.uuid, on=True)
                self.assertEqual(PowerState.RUNNING, self.driver.power_state(machine.uuid))
                self.driver.destroy(machine.uuid)
                self.assertIn(f"COMPUTE_IMAGE_TYPE_{name.upper()}", traits(self.driver))
        self.assertEqual(set(), self.driver.machines())


class DiskImagesParity(Starting):
    """Guests start from qcow2 and raw images."""

    capability = image_types.DiskImages

    def test_disks(self):
        self.starts_from("qcow2", "raw")


class ForeignImagesParity(Starting):
    """Guests start from VMDK, VDI, VHD and VHDX images."""

    capability = image_types.ForeignImages

    def test_disks_of_other_hypervisors(self):
        self.starts_from("vmdk", "vdi", "vhd", "vhdx")


class IsoImagesParity(Starting):
    """Guests start from ISO images, as from a disc."""

    capability = image_types.IsoImages

    def test_discs(self):
        self.starts_from("iso")


class KernelImagesParity(Starting):
    """Guests start from a kernel and a RAM disk that are images."""

    capability = image_types.KernelImages

    def test_a_kernel_with_its_command_line(self):
        properties = {"kernel_id": "k", "ramdisk_id": "r", "os_command_line": "one two"}
        machine = self.make_machine(
            image=self.image_in("ami", properties=properties),
            kernel=self.image_in("aki"),
            ramdisk=self.image_in("ari"),
        )
        self.addCleanup(self.driver.destroy, machine.uuid)
        self.driver.define(machine)
        self.driver.set_power(machine.uuid, on=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(machine.uuid))


class TreeImagesParity(Starting):
    """Guests start from archives of root file systems."""

    capability = image_types.TreeImages

    def test_trees(self):
        machine = self.make_machine(uuid=self.machine.uuid, image=self.image_of_tree())
        self.driver.define(machine)
        self.driver.set_power(machine.uuid, on=True)
        self.assertEqual(PowerState.RUNNING, self.driver.power_state(machine.uuid))
        self.driver.destroy(machine.uuid)
        self.assertIn("COMPUTE_IMAGE_TYPE_TREE", traits(self.driver))
        self.assertEqual(set(), self.driver.machines())

    def image_of_tree(self) -> ImageFacts:
        """An archive with something to start; a driver with a real host makes one."""
        return ImageFacts(id="tree", disk_format="raw", container_format="docker")


class TrustedCertificatesParity(Starting):
    """Signatures of images are checked by the certificates that a server's owner trusts."""

    capability = image_types.TrustedCertificates

    def test_an_image_that_is_not_signed_starts_no_guest_that_trusts_somebody(self):
        machine = self.make_machine(trusted_certs=["9d3c1a52-90f4-4e0b-8f0e-4b1f2b4a7f11"])
        with self.assertRaises(ImageUnusable):
            self.driver.define(machine)
        self.driver.destroy(machine.uuid)
        self.assertEqual(set(), self.driver.machines())
        offered = can(self.driver, image_types.TrustedCertificates)
        self.assertEqual(offered, "COMPUTE_TRUSTED_CERTS" in traits(self.driver))
