# SPDX-License-Identifier: Apache-2.0
"""Whose password is set: the account that the image names, or that of its system."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.libvirt.password import administrator
from tests.unit.cell.compute.drivers.libvirt.xml.definitions import plan


class AdministratorTest(unittest.TestCase):
    def test_the_image_says(self):
        for properties, user in (
            ({}, "root"),
            ({"os_type": "linux"}, "root"),
            ({"os_type": "windows"}, "Administrator"),
            ({"os_type": "windows", "os_admin_user": "boss"}, "boss"),
        ):
            self.assertEqual(user, administrator(plan(None, properties).machine))
