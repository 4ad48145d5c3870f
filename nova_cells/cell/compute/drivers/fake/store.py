# SPDX-License-Identifier: Apache-2.0
"""Where fake machines are: in memory, or in a folder where they survive their process as real do.

A killed process loses nothing that was written; nothing is waited for on disk, for a fake guest
doesn't outlive the power of its machine either.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson


@dataclass(slots=True)
class FakeMachine:
    """One fake guest. `boots` counts its starts, `dumps` the crash dumps it was asked for."""

    uuid: str
    name: str
    deployment: str
    vcpus: int
    memory_mb: int
    power: int
    boots: int = 0
    dumps: int = 0
    rescued: bool = False


class Memory:
    """Keeps nothing."""

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
