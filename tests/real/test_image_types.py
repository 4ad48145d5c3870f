# SPDX-License-Identifier: Apache-2.0
"""Guests really boot from every format that is offered: each says something to its console.

The images are a boot sector, or a kernel of a few instructions: nothing has to be waited for.
"""

from __future__ import annotations

from nova_cells.cell.compute.drivers.libvirt.virt_type import SAID
from nova_cells.objects import ImageFacts
from tests.real.case import RealDriverCase
from tests.real.small_images import SmallImages


class ImageTypesTest(RealDriverCase):
    def setUp(self) -> None:
        super().setUp()
        self.small = SmallImages(self.ground.images, self.id())

    def says(self, image: ImageFacts, **changes: object) -> str:
        """What a guest made of the image says, once it says something."""
        self.machine = self.make_machine(image=image, memory_mb=64, **changes)
        uuid = self.running()
        words = self.eventually(lambda: self.driver.console_output(uuid, -1), "a first word")
        self.driver.destroy(uuid)
        return str(words)

    def test_disks_of_every_format(self) -> None:
        for name, *options in (
            ("qcow2",),
            ("raw",),
            ("vdi",),
            ("vhd",),
            ("vhdx",),
            ("vmdk", "-o", "subformat=monolithicSparse"),
            ("vmdk", "-o", "subformat=streamOptimized"),
        ):
            with self.subTest(format=name, options=options):
                words = self.says(self.small.of(name, *options))
                self.assertTrue(words.startswith(SAID.decode()), words)

    def test_a_disc(self) -> None:
        self.assertTrue(self.says(self.small.of("iso")).startswith(SAID.decode()))

    def test_a_kernel_its_command_line_and_its_ram_disk(self) -> None:
        kernel, ramdisk = self.small.of("aki"), self.small.of("ari")
        words = self.says(self.small.of("ami"), kernel=kernel, ramdisk=ramdisk)
        self.assertIn("root=/dev/vda console=tty0 console=ttyS0", words)
        self.assertIn("<ram disk>", words)
        told = {"os_command_line": 'quiet <b>&amp;"x"'}
        words = self.says(self.small.of("ami", properties=told), kernel=kernel)
        self.assertIn(told["os_command_line"], words)
        self.assertEqual(set(), self.files())
