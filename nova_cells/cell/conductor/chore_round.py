# SPDX-License-Identifier: Apache-2.0
"""One batch of a list of chores: take what is due, do it, strike it out or put it off.

Every conductor does it; a chore is taken by a compare-and-set, and comes back when it was not done
in time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from sqlalchemy import Row

from nova_cells.cell.db.chore_list import ChoreList
from nova_cells.runtime.clock import seconds
from nova_cells.runtime.context import RequestContext, use
from nova_cells.runtime.db import Database

BATCH = 50
LONGEST_PAUSE = seconds(600)

Chore = Row[Any]


def growing(chore: Chore) -> int:
    """Twice as long each time, up to ten minutes."""
    return min(seconds(2 ** min(chore.tries, 10)), LONGEST_PAUSE)


class ChoreRound:
    """`do` answers whether a chore is finished; `pause` for how long it is left alone if not.

    `lease`: how long it is nobody else's. Times in microseconds.
    """

    def __init__(
        self,
        database: Database,
        chores: ChoreList,
        do: Callable[[Chore], bool],
        *,
        lease: int,
        clock: Callable[[], int],
        pause: Callable[[Chore], int] = growing,
    ) -> None:
        self._database = database
        self._chores = chores
        self._do = do
        self._lease = lease
        self._clock = clock
        self._pause = pause

    def run(self) -> None:
        """What is due now."""
        now = self._clock()
        until = now + self._lease
        for chore in self._database.read(lambda c: self._chores.due(c, now, BATCH)):
            if self._database.write(partial(self._chores.take, chore=chore, until=until)):
                with use(RequestContext(is_admin=True)):  # the log tells one chore by its id
                    finished = self._do(chore)
                self._settle(chore, finished)

    def _settle(self, chore: Chore, finished: bool) -> None:
        if finished:
            tries = chore.tries + 1
            self._database.write(lambda c: self._chores.done(c, chore.id, tries))
        else:
            later = self._clock() + self._pause(chore)
            self._database.write(lambda c: self._chores.postpone(c, chore.id, later))
