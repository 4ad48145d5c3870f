# SPDX-License-Identifier: Apache-2.0
"""Disks a flavor gives a guest beside its root: capabilities, as in `interface`.

They have no calls of their own: `define` makes the disks of a machine that has them, `rebuild`
makes them anew, and `destroy` leaves none.
"""

from __future__ import annotations

from typing import ClassVar


class EphemeralDisks:
    """Gives a guest empty disks, formatted, that live as long as it does."""

    trait: ClassVar[str] = "COMPUTE_EPHEMERAL_DISK"


class SwapDisk:
    """Gives a guest a disk to swap to."""

    trait: ClassVar[str] = "COMPUTE_SWAP_DISK"


class AllLocalDisks(EphemeralDisks, SwapDisk):
    """Both."""


LOCAL_DISKS: tuple[type, ...] = (EphemeralDisks, SwapDisk)
