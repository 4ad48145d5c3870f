# SPDX-License-Identifier: Apache-2.0
"""Copies a root disk, of a guest that runs or of one that does not; the copy needs no other file.

A copy lies in the machine's folder until it is dropped, or goes with the machine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nova_cells.cell.compute.drivers.image_work import LiveSnapshotable, Progress
from nova_cells.cell.compute.drivers.interface import DriverRefused, MachineUnknown, OutOfSpace
from nova_cells.cell.compute.drivers.libvirt.captures import Captures
from nova_cells.cell.compute.drivers.libvirt.faults import readable
from nova_cells.cell.compute.drivers.libvirt.live_copy import LiveCopy, end_job
from nova_cells.cell.compute.drivers.libvirt.quiesce import LibvirtQuiesce
from nova_cells.cell.compute.images import qemu_img
from nova_cells.objects import Machine

ROOM_TO_SPARE = 64 << 20


class LibvirtSnapshots(LibvirtQuiesce, LiveSnapshotable):
    """The capability of the libvirt driver: guests go on while they are copied."""

    @property
    def capture_format(self) -> str:
        return str(self._options.snapshot_image_format)

    def capture(self, machine: Machine, name: str, progress: Progress | None = None) -> None:
        folder, captures = self._folders.of(machine.uuid), self._captures(machine.uuid)
        with readable("copy the machine's disk"):
            self._with(machine.uuid, lambda domain: None)
            if captures.kept(name).exists():
                return
            self._with(machine.uuid, end_job)
            self.unquiesce(machine.uuid)
            captures.drop_all()
            if not folder.root.exists():
                raise DriverRefused("The machine has no disk of its own that could be copied.")
            half = captures.half(name)
            _check_room(folder.root, qemu_img.flattened_size(folder.root, self._limits))
            with _gone_on_failure(half):
                self._copy(machine, folder.root, half, progress)
                captures.keep(name, half)

    def captured(self, uuid: str, name: str) -> Iterator[bytes]:
        if not self._is_ours(self._folders.of(uuid)):
            raise DriverRefused("The copy of the disk is not there any more.")
        yield from self._captures(uuid).pieces(name)

    def drop_capture(self, uuid: str, name: str) -> None:
        if not self._is_ours(self._folders.of(uuid)):
            return
        with readable("forget a copy of the machine's disk"), suppress(MachineUnknown):
            self._with(uuid, end_job)
            self.unquiesce(uuid)
        self._captures(uuid).drop(name)

    def _captures(self, uuid: str) -> Captures:
        return Captures(self._folders.of(uuid).path, self.capture_format)

    def _copy(self, machine: Machine, root: Path, half: Path, progress: Progress | None) -> None:
        whole = half.with_suffix(".live")
        with _gone_on_failure(whole):
            if not self._copy_live(machine, root, whole, progress):
                self._convert(root, half, progress)
            elif self._as_it_is():
                whole.replace(half)
            else:
                self._convert(whole, half, progress)
            whole.unlink(missing_ok=True)

    def _copy_live(
        self, machine: Machine, root: Path, target: Path, progress: Progress | None
    ) -> bool:
        """False for a guest that does not run, or stopped while it was copied."""
        job = LiveCopy(lambda work: self._with(machine.uuid, work), root, target)
        try:
            with self._at_rest(machine):
                begun = job.begin()
            return begun and job.finish(progress)
        except BaseException:
            job.give_up()
            raise

    def _as_it_is(self) -> bool:
        return self.capture_format == "qcow2" and not self._options.snapshot_compression

    def _convert(self, source: Path, target: Path, progress: Progress | None) -> None:
        """One file of the wanted format, with all that the source has from others."""
        compress = self._options.snapshot_compression and self.capture_format == "qcow2"
        limits = self._limits.for_bytes(qemu_img.flattened_size(source, self._limits))
        qemu_img.flatten(source, target, self.capture_format, compress, limits, progress)


@contextmanager
def _gone_on_failure(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _check_room(disk: Path, needed: int) -> None:
    """A copy that fills the disk would hold the guest, which can't write then either."""
    space = os.statvfs(disk.parent)
    free = space.f_bavail * space.f_frsize
    if free < needed + ROOM_TO_SPARE:
        message = "The host has no room for a copy of the disk."
        raise OutOfSpace(message, f"{needed} bytes are needed, {free} are free.")
