# SPDX-License-Identifier: Apache-2.0
"""Fake captures and a fake image cache: captures lie in memory, and of an image only its id."""

from __future__ import annotations

from collections.abc import Iterator

from nova_cells.cell.compute.drivers.fake import disk
from nova_cells.cell.compute.drivers.fake.machines import FakeMachines
from nova_cells.cell.compute.drivers.image_work import (
    ImageCaching,
    LiveSnapshotable,
    Progress,
    Quiescable,
)
from nova_cells.cell.compute.drivers.interface import (
    DriverRefused,
    ImageSource,
    ImageUnusable,
    PowerState,
)
from nova_cells.cell.compute.images.reading import pieces
from nova_cells.objects import ImageFacts, Machine


class FakeSnapshots(FakeMachines, LiveSnapshotable, Quiescable):
    """Capabilities of the fake driver: every guest of it has an agent inside."""

    capture_format = "raw"

    def capture(self, machine: Machine, name: str, progress: Progress | None = None) -> None:
        with self._changing("capture", machine.uuid, progress) as known:
            if name not in known.captures:
                known.captures = {name: disk.written_by(known).decode()}

    def captured(self, uuid: str, name: str) -> Iterator[bytes]:
        self.script.play("before", "captured", self.host, uuid, self._name_of(uuid))
        with self._lock:
            machine = self._own(uuid)
            kept = machine.captures.get(name) if machine else None
        if kept is None:
            raise DriverRefused("The copy of the disk is not there any more.", f"{uuid} {name}")
        yield kept.encode()

    def drop_capture(self, uuid: str, name: str) -> None:
        with self._lock:
            machine = self._own(uuid)
            if machine is not None and machine.captures.pop(name, None) is not None:
                self._keep(machine)

    def quiesce(self, machine: Machine) -> None:
        with self._changing("quiesce", machine.uuid) as known:
            if known.state == PowerState.PAUSED:
                raise DriverRefused("The guest is held: its disks can't be brought to rest.")
            known.at_rest = known.state == PowerState.RUNNING

    def unquiesce(self, uuid: str) -> None:
        with self._lock:
            machine = self._own(uuid)
            if machine is not None and machine.at_rest:
                machine.at_rest = False
                self._keep(machine)


class FakeImageCache(FakeMachines, ImageCaching):
    """A capability of the fake driver: the bytes are fetched, and thrown away."""

    images: ImageSource | None
    cached: set[str]

    def cache_image(self, image: ImageFacts, progress: Progress | None = None) -> bool:
        self.script.play("before", "cache_image", self.host, progress=progress)
        if image.id in self.cached:
            return False
        for _ in pieces(self.images, image):
            if progress is not None:
                progress(0)
        self.cached.add(image.id)
        return True


def insist_on_signature(machine: Machine) -> None:
    """A fake host believes every signature, but there has to be one where somebody is trusted."""
    signed = machine.image is not None and "img_signature" in machine.image.properties
    if machine.trusted_certs and not signed:
        raise ImageUnusable("The image is not signed.")
