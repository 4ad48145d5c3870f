# SPDX-License-Identifier: Apache-2.0
"""The one timer of a journal: takes every operation that is due and moves it on.

Any process of the same kind may find the same operation; its row decides who does. One that can't
be moved is put off for the others' sake, never dropped.
"""

from __future__ import annotations

import logging
from collections.abc import Collection

from nova_cells.journal.engine import Journal
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)


class Recovery:
    """A service; `kick` when something has become due.

    `kinds`: of these only, where rows in the same table are others' business; else of every kind,
    those of newer releases too.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        interval: float,
        name: str,
        kinds: Collection[str] | None = None,
    ) -> None:
        self._journal = journal
        self._kinds = kinds
        self._rounds = Periodic(f"recovery {name}", interval, self.round)

    def start(self) -> None:
        self._rounds.start()

    def stop(self) -> None:
        self._rounds.stop()

    def kick(self) -> None:
        self._rounds.kick()

    def round(self) -> None:
        """Wake what is due."""
        for operation in self._journal.due(self._kinds):
            try:
                self._journal.wake(operation)
            except Exception:  # a process loop: the other operations must be woken too
                LOG.exception("operation %s could not be moved", operation)
