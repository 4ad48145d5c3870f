# SPDX-License-Identifier: Apache-2.0
"""Board, firmware, processor: what the image says of them, and what emulation needs."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.libvirt.xml.plan import Style
from tests.unit.cell.compute.drivers.libvirt.xml.definitions import domain


class SystemXmlTest(unittest.TestCase):
    def test_firmware(self):
        self.assertIsNone(domain().find("os").get("firmware"))
        uefi = domain(properties={"hw_firmware_type": "uefi"}).find("os")
        self.assertEqual(("efi", "q35"), (uefi.get("firmware"), uefi.find("type").get("machine")))

    def test_the_board_the_image_names(self):
        found = domain(properties={"hw_machine_type": "pc-q35-7.2"})
        self.assertEqual("pc-q35-7.2", found.find("os/type").get("machine"))

    def test_emulated_guests_have_a_small_translation_cache(self):
        self.assertEqual("64", domain().findtext("features/tcg/tb-cache"))
        kvm = domain(Style(virt_type="kvm"))
        self.assertIsNone(kvm.find("features/tcg"))
        self.assertEqual("host-model", kvm.find("cpu").get("mode"))
        self.assertIsNone(domain().find("cpu"))
