# SPDX-License-Identifier: Apache-2.0
"""Where fake machines are: in memory, or in a folder where they survive their process as real do.

A killed process loses nothing that was written; nothing is waited for on disk, for a fake guest
doesn't outlive the power of its machine either.
"""

from __future__ import annotations

import os
import uuid as uuids
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import orjson

from nova_cells.cell.compute.drivers.fake.doors import Door, FolderDoor
from nova_cells.cell.compute.drivers.interface import PowerState


@dataclass(slots=True)
class FakeMachine:
    """One fake guest. `boots` counts its starts, `dumps` the crash dumps it was asked for.

    `disk` is what its disk held when it was made; `captures` are copies of it by name; `at_rest`:
    nothing inside may write to it. `incoming`: its host waits for it, it does not run here yet.
    `left`: the door by which it left.
    `kept`: what it was before it was resized. `nics`, `volumes`: what is plugged in, as documents.
    `epoch`, `generation`: the life it is in. `told`: the machine its config drive was made from.
    """

    uuid: str
    name: str
    deployment: str
    vcpus: int
    memory_mb: int
    power: int
    boots: int = 0
    dumps: int = 0
    rescued: bool = False
    disk: str = ""
    captures: dict[str, str] = field(default_factory=dict)
    at_rest: bool = False
    incoming: bool = False
    left: str | None = None
    kept: dict[str, Any] | None = None
    nics: list[dict[str, Any]] = field(default_factory=list)
    volumes: list[dict[str, Any]] = field(default_factory=list)
    epoch: int = 1
    generation: int = 0
    told: dict[str, Any] | None = None

    @property
    def state(self) -> int:
        """Its power as anybody sees it."""
        if self.incoming:
            return int(PowerState.PAUSED)
        return int(PowerState.SHUTDOWN) if self.left else self.power


class Memory:
    """Keeps nothing."""

    def door(self) -> Door:
        """Where guests of other hosts come in."""
        return Door()

    _boots = 1

    def boot_id(self) -> str:
        """Which boot of the host this is."""
        return f"fake-{self._boots}"

    def boot_again(self) -> None:
        """The host starts anew."""
        self._boots += 1

    def load(self) -> dict[str, FakeMachine]:
        """All machines kept."""
        return {}

    def save(self, machine: FakeMachine) -> None:
        """Keep it as it is now."""

    def drop(self, uuid: str) -> None:
        """Keep it no longer."""


class Folder(Memory):
    """One file a machine, replaced as a whole."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def door(self) -> Door:
        return FolderDoor(self._path / "door")

    def boot_id(self) -> str:
        file = self._path / "boots"
        return f"fake-{file.read_text() if file.exists() else 1}"

    def boot_again(self) -> None:
        (self._path / "boots").write_text(uuids.uuid4().hex)

    def load(self) -> dict[str, FakeMachine]:
        self._path.mkdir(parents=True, exist_ok=True)
        kept = (
            FakeMachine(**orjson.loads(file.read_bytes())) for file in self._path.glob("*.json")
        )
        return {machine.uuid: machine for machine in kept}

    def save(self, machine: FakeMachine) -> None:
        path = self._path / f"{machine.uuid}.json"
        fresh = path.with_suffix(".new")
        fresh.write_bytes(orjson.dumps(asdict(machine)))
        os.replace(fresh, path)

    def drop(self, uuid: str) -> None:
        (self._path / f"{uuid}.json").unlink(missing_ok=True)
