# SPDX-License-Identifier: Apache-2.0
"""The base of every driver's test: makes the driver and a machine, and knows the mixing rule."""

from __future__ import annotations

import time
import unittest
import uuid
from collections.abc import Callable
from typing import Any

from nova_cells.cell.compute.drivers.interface import Driver
from nova_cells.objects import ImageFacts, Machine
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

    def uncached_image(self) -> ImageFacts:
        """An image that the host does not have yet."""
        return ImageFacts(id="cached")

    def image_in(self, disk_format: str, **facts: Any) -> ImageFacts:
        """An image of this format with something to start; where hosts are real, a real one."""
        return ImageFacts(id=f"image-{disk_format}", disk_format=disk_format, **facts)

    def setUp(self) -> None:
        super().setUp()
        self.driver = self.make_driver()
        self.driver.adopt(self.deployment)
        self.machine = self.make_machine()
        self.addCleanup(self.driver.close)
        self.addCleanup(self.driver.destroy, self.machine.uuid)

    def macs(self) -> list[str]:
        """Of the interfaces that the test's machine has, in their order."""
        devices = self.driver.devices(self.machine.uuid)  # type: ignore[attr-defined]
        return [found["mac"] for found in devices if "mac" in found]

    def running(self) -> str:
        """The uuid of the test's machine, defined and powered on."""
        self.driver.define(self.machine)
        self.driver.set_power(self.machine.uuid, on=True)
        return self.machine.uuid

    def listening(self) -> str:
        """The same once the guest hears what it is told: real ones have to boot first."""
        return self.running()

    def with_agent(self) -> Machine:
        """The test's machine, of an image that promises an agent inside the guest."""
        return self.machine

    def make_nic(self, number: int = 0, **changes: Any) -> dict[str, Any]:
        """An interface that the host can give a guest."""
        return small_nic(number, **changes)

    def make_volume(self, number: int = 0, **changes: Any) -> dict[str, Any]:
        """A disk of 1 MiB kept elsewhere, that the host can reach."""
        return small_volume(number, f"/volumes/{number}", **changes)

    def beside(self, volume: dict[str, Any], name: str, below: str = "") -> str:
        """A file of that name that leans on the volume's own, or on another; "" is its own."""
        return name or "volume"

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


def small_nic(number: int, **changes: Any) -> dict[str, Any]:
    """One of several without an address."""
    document: dict[str, Any] = {
        "id": f"00000000-0000-4000-8000-00000000000{number}",
        "mac": f"fa:16:3e:00:00:0{number}",
        "network_id": "00000000-0000-4000-8000-0000000000ff",
        "label": "parity",
        "tag": None,
        "mtu": 1500,
        "bridge": None,
        "addresses": [],
        "gateway": None,
        "dns": [],
        "model": None,
    }
    return {**document, **changes}


def small_volume(number: int, path: str, **changes: Any) -> dict[str, Any]:
    """One of several, a raw file."""
    document: dict[str, Any] = {
        "id": f"00000000-0000-4000-9000-00000000000{number}",
        "connection": {"driver_volume_type": "local", "data": {"device_path": path}},
        "boot_index": None,
        "bus": None,
        "tag": None,
        "delete_on_termination": False,
    }
    return {**document, **changes}


def mixing_faults(case: type, driver: type[Driver]) -> set[str]:
    """What is wrong with the mix-ins of a driver's test: one is missing, or there for nothing."""
    mixed = {base for base in case.__mro__ if "capability" in vars(base)}
    wanted = set(claimed(driver))
    missing = {f"{kind.__name__} is missing" for kind in wanted - mixed}
    return missing | {f"{kind.__name__} is there for nothing" for kind in mixed - wanted}
