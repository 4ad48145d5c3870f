# SPDX-License-Identifier: Apache-2.0
"""How a driver starts a guest from another image for a while."""

from __future__ import annotations

import abc
from collections.abc import Callable
from typing import ClassVar

from nova_cells.objects import ImageFacts, Machine

Progress = Callable[[int], None]


class Rescuable(abc.ABC):
    """Can start a guest from another image, with its own root disk beside it."""

    trait: ClassVar[str] = "COMPUTE_RESCUE"

    @abc.abstractmethod
    def rescue(self, machine: Machine, image: ImageFacts, progress: Progress | None = None) -> None:
        """Restart it from a disk made of `image`; afterwards it runs. `MachineUnknown`."""

    @abc.abstractmethod
    def unrescue(self, machine: Machine) -> None:
        """Have it as before, switched off, the other disk gone. One not rescued is left alone."""


class StableRescuable(Rescuable):
    """Can have the rescue disk be another device, where its image asks for one: by hw_rescue_device
    or hw_rescue_bus. All other devices stay what and where they were."""

    trait: ClassVar[str] = "COMPUTE_STABLE_RESCUE"


class VolumeRescuable(StableRescuable):
    """Can rescue a guest that starts from a volume."""

    trait: ClassVar[str] = "COMPUTE_RESCUE_BFV"


RESCUING: tuple[type, ...] = (Rescuable, StableRescuable, VolumeRescuable)
