# SPDX-License-Identifier: Apache-2.0
"""What the functions of operations may use besides their turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.conductor.placement import Placement


def _nobody_listens() -> None:
    return None


@dataclass(frozen=True)
class World:
    """`max_attempts`: hosts on which a build is tried before the cell gives it back.

    `news` is called after a commit that has news for the feed beside the instance's own.
    """

    hosts: HostState
    placement: Placement
    max_attempts: int = 3
    news: Callable[[], None] = _nobody_listens
