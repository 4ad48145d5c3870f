# SPDX-License-Identifier: Apache-2.0
"""Keeps how far live migrations are, as their sources tell it with their beats.

A number lost is told again; what is told of work another host has, or of none, is not believed.
"""

from __future__ import annotations

import logging
from typing import Any

from nova_cells.cell.conductor import migrations
from nova_cells.contracts import Outcome
from nova_cells.journal.engine import Journal
from nova_cells.journal.turn import Turn
from nova_cells.objects import HostBeat
from nova_cells.runtime.db import DatabaseFault

LOG = logging.getLogger(__name__)
KIND = "live_migrate"
NUMBERS = frozenset(
    f"{what}_{part}" for what in ("memory", "disk") for part in ("total", "processed", "remaining")
)


class Journeys:
    """`note` takes one beat in."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def note(self, beat: HostBeat) -> None:
        """Write down what it tells of live migrations."""
        for operation, told in beat.progress.items():
            numbers = {name: told[name] for name in NUMBERS & told.keys()}
            try:
                self._journal.aside(operation, lambda turn, n=numbers: _note(turn, beat.name, n))
            except (Outcome, DatabaseFault) as fault:
                LOG.warning("how far %s is was not noted: %s", operation, fault)


def _note(turn: Turn, host: str, numbers: dict[str, Any]) -> None:
    if turn.record.kind != KIND or turn.record.place != host:
        return
    known = migrations.current(turn)
    if known is None or known.status != "running":
        return
    if any(getattr(known, name) != value for name, value in numbers.items()):
        migrations.mark(turn, known.status, **numbers)
