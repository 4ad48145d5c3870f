# SPDX-License-Identifier: Apache-2.0
"""Copies a container's tree into an archive that containers start from.

A container that runs is held meanwhile where the kernel can do that: else the copy is not of one
moment. A note says that it is held by us, so that whoever comes after a crash lets it go on.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import ClassVar

import libvirt

from nova_cells.cell.compute.drivers.image_work import Progress, Snapshotable
from nova_cells.cell.compute.drivers.interface import (
    DriverRefused,
    MachineUnknown,
    PowerState,
)
from nova_cells.cell.compute.drivers.libvirt import power
from nova_cells.cell.compute.drivers.libvirt.captures import Captures
from nova_cells.cell.compute.drivers.libvirt.disks import readable_disk_faults
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.lxc import inventory, places
from nova_cells.cell.compute.drivers.lxc.containers import Containers
from nova_cells.cell.compute.drivers.lxc.pause import hold
from nova_cells.objects import Machine


class LxcSnapshots(Containers, Snapshotable):
    """The capability of the driver of containers."""

    capture_container: ClassVar[str] = "docker"

    @property
    def capture_format(self) -> str:
        return "raw"

    def capture(self, machine: Machine, name: str, progress: Progress | None = None) -> None:
        folder, captures = self._folders.of(machine.uuid), self._captures(machine.uuid)
        with readable("copy the machine's files"), readable_disk_faults():
            self._let_go(machine.uuid)
            if captures.kept(name).exists():
                return
            captures.drop_all()
            half = captures.half(name)
            try:
                with self._held(machine.uuid):
                    self._trees.pack(places.root(folder), half)
                captures.keep(name, half)
            finally:
                half.unlink(missing_ok=True)

    def captured(self, uuid: str, name: str) -> Iterator[bytes]:
        if not self._is_ours(self._folders.of(uuid)):
            raise DriverRefused("The copy of the machine's files is not there any more.")
        yield from self._captures(uuid).pieces(name)

    def drop_capture(self, uuid: str, name: str) -> None:
        if self._is_ours(self._folders.of(uuid)):
            with readable("forget a copy of the machine's files"), suppress(MachineUnknown):
                self._let_go(uuid)
            self._captures(uuid).drop(name)

    def _captures(self, uuid: str) -> Captures:
        return Captures(self._folders.of(uuid).path, self.capture_format)

    @contextmanager
    def _held(self, uuid: str) -> Iterator[None]:
        """Nothing in the container moves; one that did not run, or was held, stays so."""
        if self._with(uuid, power.state) == PowerState.RUNNING and inventory.freezes():
            self._note(uuid).touch()
            self._with(uuid, hold)
        try:
            yield
        finally:
            self._let_go(uuid)

    def _let_go(self, uuid: str) -> None:
        """Have it run again if it is held for a copy."""
        held = self._note(uuid).exists()
        self._with(uuid, lambda domain: _resume(domain) if held else None)
        self._note(uuid).unlink(missing_ok=True)

    def _note(self, uuid: str) -> Path:
        return self._folders.of(uuid).path / "held-for-a-copy"


def _resume(domain: libvirt.virDomain) -> None:
    if power.state(domain) == PowerState.PAUSED:
        domain.resume()
