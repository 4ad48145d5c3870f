# SPDX-License-Identifier: Apache-2.0
"""virt_type is found out by booting, and the probe's guest really boots where guests can."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.libvirt import virt_type
from tests.real.case import RealDriverCase


class VirtTypeTest(RealDriverCase):
    def test_the_probes_guest_boots_under_emulation(self):
        self.assertTrue(virt_type.boots(self.connection(), "qemu", self.state, 30.0))
        self.assertEqual([], list(self.state.glob("nova-cells-probe-*")))

    def test_a_guest_that_stays_silent_is_not_waited_for(self):
        self.assertFalse(virt_type.boots(self.connection(), "qemu", self.state, 0.0))
        self.assertEqual([], self.connection().listAllDomains())

    def test_a_host_without_kvm_emulates_and_remembers_it(self):
        self.assertEqual("qemu", virt_type.probe(self.connection(), self.state, 10.0))
        self.assertTrue((self.state / "virt_type.json").exists())
        self.driver.define(self.machine)
        domain = self.connection().lookupByUUIDString(self.machine.uuid)
        self.assertIn("<domain type='qemu'", domain.XMLDesc())
