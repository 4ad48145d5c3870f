# SPDX-License-Identifier: Apache-2.0
"""What one look at a host has found, for the findings to judge by.

A guest that has work in hand is no finding: the step is about to change it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nova_cells.cell.compute.drivers.interface import Driver
from nova_cells.cell.compute.ledger import Ledger
from nova_cells.cell.compute.power_book import PowerBook
from nova_cells.cell.compute.volumes import HostConnections


@dataclass(frozen=True)
class Look:
    """`states`: the power of every guest there is, read after `since`; `busy`: who had work then.

    `undisturbed` does something to a guest that has no work in hand; its work waits meanwhile.
    `volumes`: those connected on the host.
    """

    host: str
    driver: Driver
    ledger: Ledger
    power: PowerBook
    conductor: Any
    states: dict[str, int]
    busy: frozenset[str]
    since: int
    undisturbed: Callable[[str, Callable[[], None]], None]
    volumes: HostConnections | None = None
