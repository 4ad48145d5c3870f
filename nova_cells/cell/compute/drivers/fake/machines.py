# SPDX-License-Identifier: Apache-2.0
"""The machines of one fake host, and how one of them is changed: what capabilities are built on."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from nova_cells.cell.compute.drivers.fake.doors import Door
from nova_cells.cell.compute.drivers.fake.script import Script
from nova_cells.cell.compute.drivers.fake.store import FakeMachine, Memory
from nova_cells.cell.compute.drivers.interface import (
    DriverRefused,
    MachineUnknown,
    PowerState,
    Progress,
)
from nova_cells.objects import Machine


class FakeMachines:
    """Mixed into the fake driver, which makes the attributes."""

    host: str
    deployment: str
    script: Script
    _store: Memory
    _door: Door
    _machines: dict[str, FakeMachine]
    _lock: threading.Lock

    @contextmanager
    def _changing(
        self, call: str, uuid: str, progress: Progress | None = None
    ) -> Iterator[FakeMachine]:
        """A machine that must be there, in the hands of `call`, which the script may spoil."""
        subject = (self.host, uuid, self._name_of(uuid))
        self.script.play("before", call, *subject, progress)
        with self._lock:
            machine = self._own(uuid)
            if machine is None:
                raise MachineUnknown("The machine is not on its host.", uuid)
            yield machine
            self._keep(machine)
        self.script.play("after", call, *subject, progress)

    def _await(self, call: str, machine: Machine, progress: Progress | None) -> dict[str, str]:
        """Expect it from another host; answers the door at which it is to be left."""
        subject = (self.host, machine.uuid, machine.name)
        self.script.play("before", call, *subject, progress)
        with self._lock:
            if self._own(machine.uuid) is None:
                self._door.expect(machine.uuid)
                awaited = self._made_from(machine, "")
                awaited.incoming = True
                self._keep(awaited)
        self.script.play("after", call, *subject, progress)
        return {"door": self._door.name}

    def _live_on(self, machine: Machine, known: FakeMachine) -> None:
        """Have it in the life of `machine`; one of an earlier life is refused."""
        life = (machine.epoch, machine.home_generation)
        if life < (known.epoch, known.generation):
            raise DriverRefused("The machine belongs to a later epoch on this host.")
        known.epoch, known.generation = life
        self._keep(known)

    def _own(self, uuid: str) -> FakeMachine | None:
        """The machine, with what has come in for it; of this deployment only."""
        machine = self._machines.get(uuid)
        if machine is None or machine.deployment != self.deployment:
            return None
        if machine.incoming and (guest := self._door.arrived(uuid)) is not None:
            machine = FakeMachine(**guest)
            self._keep(machine)
        return machine

    def _name_of(self, uuid: str) -> str:
        machine = self._machines.get(uuid)
        return machine.name if machine else ""

    def _keep(self, machine: FakeMachine) -> None:
        self._store.save(machine)
        self._machines[machine.uuid] = machine

    def _drop(self, uuid: str) -> None:
        self._store.drop(uuid)
        self._door.forget(uuid)
        self._machines.pop(uuid, None)

    def _made_from(self, machine: Machine, content: str) -> FakeMachine:
        return FakeMachine(
            uuid=machine.uuid,
            name=machine.name,
            deployment=self.deployment,
            vcpus=machine.vcpus,
            memory_mb=machine.memory_mb,
            power=int(PowerState.SHUTDOWN),
            disk=content,
            epoch=machine.epoch,
            generation=machine.home_generation,
            told=machine.document() if machine.config_drive else None,
            nics=[dict(nic) for nic in machine.nics],
            volumes=[
                {**volume, "name": f"vd{letter}"}
                for letter, volume in zip("bcdefghijklmnop", machine.volumes, strict=False)
            ],
        )
