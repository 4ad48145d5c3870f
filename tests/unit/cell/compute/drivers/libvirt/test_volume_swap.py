# SPDX-License-Identifier: Apache-2.0
"""A guest that runs shows the serial of the volume it had first: another swap finds it still."""

from __future__ import annotations

import types
import unittest
from typing import Any

import libvirt

from nova_cells.cell.compute.drivers.interface import DriverRefused
from nova_cells.cell.compute.drivers.libvirt.volume_swap import _disk_of

DISK = "<disk><target dev='{name}'/><serial>{serial}</serial></disk>"


def domain(runs: dict[str, str], kept: dict[str, str]) -> Any:
    """Names of disks and their serials: of the guest that runs, and of what starts next time."""

    def described(flags: int = 0) -> str:
        disks = kept if flags & libvirt.VIR_DOMAIN_XML_INACTIVE else runs
        parts = [DISK.format(name=name, serial=serial) for name, serial in disks.items()]
        return f"<domain><devices>{''.join(parts)}</devices></domain>"

    return types.SimpleNamespace(XMLDesc=described, isActive=lambda: 1)


class FindTest(unittest.TestCase):
    def name(self, found: Any) -> str | None:
        return found.find("target").get("dev")

    def test_the_disk_of_a_volume_that_was_swapped_in(self) -> None:
        swapped = domain({"vdb": "first"}, {"vdb": "second"})
        self.assertEqual("vdb", self.name(_disk_of(swapped, "second", "third")))

    def test_the_first_volume_may_be_back_as_another_disk(self) -> None:
        both = domain({"vdb": "first", "vdc": "first"}, {"vdb": "second", "vdc": "first"})
        self.assertEqual("vdc", self.name(_disk_of(both, "first", "third")))

    def test_done_before_or_not_there(self) -> None:
        self.assertIsNone(_disk_of(domain({"vdb": "a"}, {"vdb": "b"}), "a", "b"))
        with self.assertRaises(DriverRefused):
            _disk_of(domain({"vdb": "a"}, {"vdb": "a"}), "x", "y")
