# SPDX-License-Identifier: Apache-2.0
"""Pausing is offered only where the kernel has the freezer that libvirt uses."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from nova_cells.cell.compute.drivers.lxc.inventory import freezes

HEAD = "#subsys_name\thierarchy\tnum_cgroups\tenabled\n"


class FreezerTest(unittest.TestCase):
    def test_a_hierarchy_of_its_own_that_is_not_switched_off(self):
        for line, expected in (
            ("freezer\t6\t1\t1\n", True),
            ("freezer\t0\t1\t1\n", False),
            ("freezer\t6\t1\t0\n", False),
            ("cpu\t2\t1\t1\n", False),
        ):
            with tempfile.NamedTemporaryFile("w") as file:
                file.write(HEAD + line)
                file.flush()
                self.assertEqual(expected, freezes(Path(file.name)), line)
