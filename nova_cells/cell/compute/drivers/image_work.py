# SPDX-License-Identifier: Apache-2.0
"""What a driver does with images besides booting from them: capabilities, as in `interface`.

A capture is a copy on the host: it is taken in one moment and brought to the image service later,
so that an upload tried again brings the same bytes.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Iterator
from typing import ClassVar

from nova_cells.objects import ImageFacts, Machine

Progress = Callable[[int], None]


class Snapshotable(abc.ABC):
    """Can copy a guest's root disk. Whether a running guest is held meanwhile is the driver's.

    Captures have names; they are gone with their machine.
    """

    trait: ClassVar[str] = "COMPUTE_SNAPSHOT"
    capture_container: ClassVar[str] = "bare"
    """The container format of captures: docker where they are trees."""

    @property
    @abc.abstractmethod
    def capture_format(self) -> str:
        """What captures are: raw, qcow2 …"""

    @abc.abstractmethod
    def capture(self, machine: Machine, name: str, progress: Progress | None = None) -> None:
        """Keep the disk as it is now; nothing to do when `name` is kept already.

        Other captures of the machine are forgotten, half-made ones too. `MachineUnknown`.
        """

    @abc.abstractmethod
    def captured(self, uuid: str, name: str) -> Iterator[bytes]:
        """The bytes in order, in pieces; `DriverRefused` at the first for a capture not there."""

    @abc.abstractmethod
    def drop_capture(self, uuid: str, name: str) -> None:
        """Keep it no longer; silent about one that is not there."""


class LiveSnapshotable(Snapshotable):
    """Copies a guest that runs without holding it; the copy is of one moment."""

    trait: ClassVar[str] = "COMPUTE_SNAPSHOT_LIVE"


class Quiescable(abc.ABC):
    """Can bring the file systems of a running guest to rest, and let them go on."""

    trait: ClassVar[str] = "COMPUTE_QUIESCE"

    @abc.abstractmethod
    def quiesce(self, machine: Machine) -> None:
        """Nothing to do for a guest that is off. `MachineUnknown`.

        `DriverRefused` for one that is paused, or whose image promises no agent inside.
        """

    @abc.abstractmethod
    def unquiesce(self, uuid: str) -> None:
        """Let them go on; silent about a guest that is not at rest, or not there."""


class ImageCaching(abc.ABC):
    """Can fetch an image before a guest needs it."""

    trait: ClassVar[str] = "COMPUTE_IMAGE_CACHE"

    @abc.abstractmethod
    def cache_image(self, image: ImageFacts, progress: Progress | None = None) -> bool:
        """Have the image on this host; True if it had to be fetched. As `define`, it may raise
        `ImageUnusable`, `ImageUnavailable` or `OutOfSpace`."""


IMAGE_WORK: tuple[type, ...] = (ImageCaching, LiveSnapshotable, Quiescable, Snapshotable)
