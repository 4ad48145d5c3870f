# SPDX-License-Identifier: Apache-2.0
"""The drivers that docs/parity.md sets side by side, and the suites that show what they do."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Column:
    """`driver` and `suite` are dotted names of classes: libvirt is imported by who needs it."""

    name: str
    driver: str
    suite: str

    def driver_class(self) -> type:
        return _named(self.driver)

    def suite_class(self) -> type:
        return _named(self.suite)


_DRIVERS = "nova_cells.cell.compute.drivers"
COLUMNS = (
    Column(
        "fake",
        f"{_DRIVERS}.fake.driver.FakeDriver",
        "tests.unit.cell.compute.drivers.fake.test_parity.FakeDriverTest",
    ),
    Column(
        "QEMU",
        f"{_DRIVERS}.libvirt.driver.LibvirtDriver",
        "tests.real.test_parity.LibvirtParityTest",
    ),
    Column(
        "LXC",
        f"{_DRIVERS}.lxc.driver.LxcDriver",
        "tests.real.lxc.test_parity.LxcParityTest",
    ),
    Column(
        "Ironic",
        f"{_DRIVERS}.ironic.driver.IronicDriver",
        "tests.stack.baremetal.test_parity.IronicParityTest",
    ),
)


def _named(dotted: str) -> Any:
    module, _, name = dotted.rpartition(".")
    return getattr(importlib.import_module(module), name)
