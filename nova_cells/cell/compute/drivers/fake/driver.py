# SPDX-License-Identifier: Apache-2.0
"""The fake driver: one host in memory, with the manners of a real one.

It keeps the whole contract (marks, idempotency) and passes the same parity suite as the others;
what is to go wrong is said in its script.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

from nova_cells.cell.compute.drivers.fake.attaching import FakeDevices, FakeNics, FakeVolumes
from nova_cells.cell.compute.drivers.fake.config_drive import FakeConfigDrive
from nova_cells.cell.compute.drivers.fake.console import console_of
from nova_cells.cell.compute.drivers.fake.consoles import FakeConsoles
from nova_cells.cell.compute.drivers.fake.diagnostics import FakeDiagnostics
from nova_cells.cell.compute.drivers.fake.disk import read
from nova_cells.cell.compute.drivers.fake.image_work import (
    FakeImageCache,
    FakeSnapshots,
    insist_on_signature,
)
from nova_cells.cell.compute.drivers.fake.inside import FakeCrashDump, FakePassword
from nova_cells.cell.compute.drivers.fake.live_migration import FakeLiveMigration
from nova_cells.cell.compute.drivers.fake.local_network import FakeLocalNetwork
from nova_cells.cell.compute.drivers.fake.pause import FakePause
from nova_cells.cell.compute.drivers.fake.rebuild import FakeRebuild
from nova_cells.cell.compute.drivers.fake.rescue import FakeRescue
from nova_cells.cell.compute.drivers.fake.resize import FakeResize
from nova_cells.cell.compute.drivers.fake.script import Script
from nova_cells.cell.compute.drivers.fake.store import FakeMachine, Memory
from nova_cells.cell.compute.drivers.fake.suspend import FakeSuspend
from nova_cells.cell.compute.drivers.hardware import EVERYTHING, AllHardware
from nova_cells.cell.compute.drivers.hardware_check import insist_on_hardware
from nova_cells.cell.compute.drivers.image_types import AllImageTypes, TreeImages
from nova_cells.cell.compute.drivers.interface import (
    ConsoleLog,
    Driver,
    DriverRefused,
    GracefulStop,
    ImageSource,
    MachineUnknown,
    PowerState,
    Progress,
    traits,
)
from nova_cells.cell.compute.drivers.local_disks import AllLocalDisks
from nova_cells.cell.compute.drivers.uptime import uptime
from nova_cells.objects import Inventory, Machine


class Size(NamedTuple):
    """What a fake host has."""

    vcpus: int = 2048
    memory_mb: int = 2 * 1024 * 1024
    disk_gb: int = 204800


class FakeDriver(
    Driver,
    AllHardware,
    AllImageTypes,
    AllLocalDisks,
    ConsoleLog,
    GracefulStop,
    TreeImages,
    FakeConfigDrive,
    FakeConsoles,
    FakeCrashDump,
    FakeDevices,
    FakeDiagnostics,
    FakeImageCache,
    FakeLiveMigration,
    FakeLocalNetwork,
    FakeNics,
    FakePassword,
    FakePause,
    FakeRebuild,
    FakeRescue,
    FakeResize,
    FakeSnapshots,
    FakeSuspend,
    FakeVolumes,
):
    """One host; `store` keeps its machines, `script` says what goes wrong."""

    name = "fake"

    def __init__(
        self,
        host: str = "fake-host",
        *,
        size: Size | None = None,
        script: Script | None = None,
        store: Memory | None = None,
        console_place: tuple[str, int] | None = None,
        images: ImageSource | None = None,
    ) -> None:
        self.host = host
        self.script = script or Script()
        self.console_place = console_place
        self.images = images
        self.cached: set[str] = set()
        self._size = size or Size()
        self._store = store or Memory()
        self._door = self._store.door()
        self._machines = self._store.load()
        self._lock = threading.Lock()
        self._changed: Callable[[str], None] = lambda _uuid: None

    def machines(self) -> set[str]:
        """Those with this deployment's mark."""
        with self._lock:
            return {
                uuid for uuid, one in self._machines.items() if one.deployment == self.deployment
            }

    def define(self, machine: Machine, progress: Progress | None = None) -> None:
        """Takes as long as the script says."""
        subject = (self.host, machine.uuid, machine.name)
        self.script.play("before", "define", *subject, progress)
        properties = machine.image_properties()
        insist_on_hardware(properties, machine.extra_specs, EVERYTHING)
        insist_on_signature(machine)
        content = read(machine.image, self.images)
        with self._lock:
            known = self._machines.get(machine.uuid)
            if known is not None and known.deployment != self.deployment:
                raise DriverRefused("The machine belongs to another deployment.")
            if known is not None:
                self._live_on(machine, known)
            else:
                self._keep(self._made_from(machine, content))
        self.script.play("after", "define", *subject, progress)

    def destroy(self, uuid: str) -> None:
        """Leaves nothing."""
        subject = (self.host, uuid, self._name_of(uuid))
        self.script.play("before", "destroy", *subject)
        with self._lock:
            if self._own(uuid) is not None:
                self._drop(uuid)
        self.script.play("after", "destroy", *subject)

    def set_power(self, uuid: str, on: bool) -> None:
        """A start counts as a boot."""
        subject = (self.host, uuid, self._name_of(uuid))
        self.script.play("before", "set_power", *subject)
        with self._lock:
            machine = self._own(uuid)
            if machine is None and on:
                raise MachineUnknown("The machine is not on its host.", uuid)
            wanted = PowerState.RUNNING if on else PowerState.SHUTDOWN
            if machine is not None and machine.state != wanted:
                self._switch(machine, on)
        self.script.play("after", "set_power", *subject)

    def start_held(self, uuid: str) -> None:
        with self._changing("start_held", uuid) as machine:
            if machine.state not in (PowerState.RUNNING, PowerState.PAUSED):
                self._switch(machine, on=True)
                machine.power = int(PowerState.PAUSED)

    def power_state(self, uuid: str) -> int:
        with self._lock:
            machine = self._own(uuid)
            return machine.state if machine else PowerState.NOSTATE

    def power_states(self) -> dict[str, int]:
        with self._lock:
            own = [self._own(uuid) for uuid in list(self._machines)]
            return {machine.uuid: machine.state for machine in own if machine is not None}

    def lives(self) -> dict[str, tuple[int, int]]:
        with self._lock:
            own = [self._own(uuid) for uuid in list(self._machines)]
            return {one.uuid: (one.epoch, one.generation) for one in own if one is not None}

    def boot_id(self) -> str:
        return self._store.boot_id()

    def watch(self, changed: Callable[[str], None]) -> None:
        self._changed = changed

    def reboot_host(self) -> None:
        """As after a power failure: every guest is off, nothing else has changed."""
        with self._lock:
            for machine in self._machines.values():
                machine.power = int(PowerState.SHUTDOWN)
                self._keep(machine)
            self._store.boot_again()

    def guest_stops(self, uuid: str) -> None:
        """A guest switches itself off."""
        with self._lock:
            self._switch(self._machines[uuid], on=False)
        self._changed(uuid)

    def inventory(self) -> Inventory:
        self.script.play("before", "inventory", self.host)
        return Inventory(
            vcpus=self._size.vcpus,
            memory_mb=self._size.memory_mb,
            disk_gb=self._size.disk_gb,
            traits=sorted({"COMPUTE_NODE", *traits(self), *EVERYTHING}),
            hypervisor_type="fake",
            hypervisor_version=1000000,
            cpu_info={
                "arch": "x86_64",
                "model": "fake",
                "vendor": "nova_cells",
                "features": ["lm"],
                "topology": {"cells": 1, "sockets": 1, "cores": self._size.vcpus, "threads": 1},
            },
            uptime=uptime(),
        )

    def reboot(self, uuid: str, hard: bool) -> None:
        """Soft and hard are the same to a guest that does not run."""
        with self._changing("reboot", uuid) as machine:
            self._switch(machine, on=True)

    def console_output(self, uuid: str, lines: int) -> str:
        with self._lock:
            machine = self._own(uuid)
            if machine is None:
                raise MachineUnknown("The machine is not on its host.", uuid)
            return console_of(machine, self.host, lines)

    def shut_down(self, uuid: str, timeout: float) -> bool:
        """Obeys at once, unless the script has it ignore the call or takes longer than it may."""
        subject = (self.host, uuid, self._name_of(uuid))
        if self.script.play("before", "shut_down", *subject):
            threading.Event().wait(timeout)
            return self.power_state(uuid) != PowerState.RUNNING
        with self._lock:
            machine = self._own(uuid)
            if machine is not None and machine.power == PowerState.RUNNING:
                self._switch(machine, on=False)
        self.script.play("after", "shut_down", *subject)
        return True

    def _switch(self, machine: FakeMachine, on: bool) -> None:
        machine.power = int(PowerState.RUNNING if on else PowerState.SHUTDOWN)
        machine.boots += int(on)
        machine.left = None
        self._keep(machine)
