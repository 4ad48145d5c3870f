# SPDX-License-Identifier: Apache-2.0
"""How many operations this process has brought to their end, by kind and result.

Counted after the commit: a transaction that is repeated would count twice.
"""

from __future__ import annotations

import threading
from collections import Counter

from nova_cells.journal.record import Record
from nova_cells.journal.turn import Notes


class Tally:
    """Numbers that only grow."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended: Counter[tuple[str, str]] = Counter()

    def note(self, notes: Notes, record: Record) -> None:
        """Count it once this is committed, if it has ended."""
        if record.open or record.result is None:
            return
        key = (record.kind, str(record.result))
        notes.after.append(lambda: self._count(key))

    def ended(self) -> dict[tuple[str, str], int]:
        """(kind, result) → how many."""
        with self._lock:
            return dict(self._ended)

    def _count(self, key: tuple[str, str]) -> None:
        with self._lock:
            self._ended[key] += 1
