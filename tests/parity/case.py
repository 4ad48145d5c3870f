# SPDX-License-Identifier: Apache-2.0
"""The base of every driver's test: makes the driver and a machine, and knows the mixing rule."""

from __future__ import annotations

import time
import unittest
import uuid
from collections.abc import Callable
from typing import Any

from nova_cells.cell.compute.drivers.interface import Driver
from nova_cells.objects import Machine
from tests.parity.suite import claimed


class DriverTestCase(unittest.TestCase):
    """`patience`: seconds a guest of this driver may take to do what it is asked."""

    deployment = "parity"
    patience = 1.0
    pause = 0.01

    def make_driver(self) -> Driver:
        """A driver on an empty host; called again within one test it is the same host."""
        raise AssertionError("a driver's test says how its driver is made")

    def make_machine(self, **changes: Any) -> Machine:
        """A small machine. A driver that needs a real image says so here."""
        return small_machine(**changes)

    def setUp(self) -> None:
        super().setUp()
        self.driver = self.make_driver()
        self.driver.adopt(self.deployment)
        self.machine = self.make_machine()
        self.addCleanup(self.driver.close)
        self.addCleanup(self.driver.destroy, self.machine.uuid)

    def running(self) -> str:
        """The uuid of the test's machine, defined and powered on."""
        self.driver.define(self.machine)
        self.driver.set_power(self.machine.uuid, on=True)
        return self.machine.uuid

    def eventually(self, condition: Callable[[], Any], words: str) -> Any:
        """Wait for `condition` as long as the driver's guests may take."""
        until = time.monotonic() + self.patience
        while not (value := condition()):
            if time.monotonic() > until:
                self.fail(f"not within {self.patience} s: {words}")
            time.sleep(self.pause)
        return value


def small_machine(**changes: Any) -> Machine:
    """64 MiB, no disk, no image."""
    values: dict[str, Any] = {
        "uuid": str(uuid.uuid4()),
        "epoch": 1,
        "name": "parity",
        "project_id": "p",
        "user_id": "u",
        "vcpus": 1,
        "memory_mb": 64,
        "root_gb": 0,
    }
    return Machine(**{**values, **changes})


def mixing_faults(case: type, driver: type[Driver]) -> set[str]:
    """What is wrong with the mix-ins of a driver's test: one is missing, or there for nothing."""
    mixed = {base for base in case.__mro__ if "capability" in vars(base)}
    wanted = set(claimed(driver))
    missing = {f"{kind.__name__} is missing" for kind in wanted - mixed}
    return missing | {f"{kind.__name__} is there for nothing" for kind in mixed - wanted}
