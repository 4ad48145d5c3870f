# SPDX-License-Identifier: Apache-2.0
"""A drive on which a guest finds what it may read of itself: for those without a metadata service.

It is what the machine was told when it was last made, made anew or moved; a guest that runs is not
told of changes.
"""

from __future__ import annotations

import abc
from typing import ClassVar


class ConfigDrive(abc.ABC):
    """Can make one for machines that wish for it."""

    trait: ClassVar[str] = "COMPUTE_CONFIG_DRIVE"

    @abc.abstractmethod
    def config_drive(self, uuid: str) -> dict[str, bytes]:
        """Every file on it, by path; nothing where there is none. `MachineUnknown`."""
