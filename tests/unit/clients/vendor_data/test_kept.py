# SPDX-License-Identifier: Apache-2.0
"""Vendor data that is kept for a while."""

from __future__ import annotations

import unittest

from nova_cells.clients.vendor_data import VendorData, VendorDataUnavailable
from nova_cells.clients.vendor_data import kept as kept_module
from nova_cells.clients.vendor_data.kept import KeptVendorData
from tests.unit.clients.vendor_data.test_vendor_data import MACHINE


class Counting(VendorData):
    def __init__(self):
        self.asked = 0
        self.broken = False

    def of(self, machine):
        self.asked += 1
        if self.broken:
            raise VendorDataUnavailable("away")
        return {"vendor_data2": {"n": self.asked}}


class KeptTest(unittest.TestCase):
    def setUp(self):
        self.asked = Counting()
        self.now = 0.0
        self.kept = KeptVendorData(self.asked, 15.0, clock=lambda: self.now)

    def number(self, machine=MACHINE):
        return self.kept.of(machine)["vendor_data2"]["n"]

    def test_it_is_asked_for_once_in_its_time(self):
        self.assertEqual([1, 1], [self.number(), self.number()])
        self.now = 15.1
        self.assertEqual(2, self.number())

    def test_a_machine_that_is_told_something_else_is_asked_for_anew(self):
        self.number()
        other = MACHINE.replace(guest_data={**MACHINE.guest_data, "hostname": "other"})
        self.assertEqual([2, 2], [self.number(other), self.number(other)])
        another = MACHINE.replace(uuid="5d0c3a52-90f4-4e0b-8f0e-4b1f2b4a7f99")
        self.assertEqual(3, self.number(another))

    def test_that_it_is_away_is_not_kept(self):
        self.asked.broken = True
        self.assertRaises(VendorDataUnavailable, self.number)
        self.asked.broken = False
        self.assertEqual(2, self.number())

    def test_only_so_much_is_kept(self):
        self.addCleanup(setattr, kept_module, "MOST", kept_module.MOST)
        kept_module.MOST = 1
        self.number()
        self.number(MACHINE.replace(uuid="5d0c3a52-90f4-4e0b-8f0e-4b1f2b4a7f99"))
        self.assertEqual(3, self.number())
