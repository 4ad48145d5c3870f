# SPDX-License-Identifier: Apache-2.0
"""Only empty groups of one machine are taken away."""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

from nova_cells.cell.compute.drivers.lxc.groups import drop_groups

ONE = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"


class GroupsTest(unittest.TestCase):
    def test_others_and_those_with_somebody_in_them_stay(self):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            machines = root / "cpu/machine"
            groups = [machines / f"lxc-{pid}-instance-{uuid}.libvirt-lxc" for pid, uuid in GROUPS]
            for group in groups:
                group.mkdir(parents=True)
            (groups[1] / "tasks").touch()
            drop_groups(ONE, root)
            self.assertEqual(groups[1:], sorted(machines.iterdir()))


GROUPS = ((1, ONE), (2, ONE), (3, OTHER))
