# SPDX-License-Identifier: Apache-2.0
"""What was said of guests, for a while: a guest that starts asks a dozen times in a second.

That there is no such guest is remembered too, and, for a moment, that nobody answered: else each
request would wait for a cell that is away.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

from nova_cells.cell.compute.guest_data import Served
from nova_cells.cell.metadata.sources import NoAnswer, NoGuest, Source
from nova_cells.clients.vendor_data import VendorData, VendorDataUnavailable

LOG = logging.getLogger(__name__)

MOST = 1000
SILENCE = 1.0  # seconds

Answer = Served | NoGuest | NoAnswer


class Memory:
    """`kept`: seconds."""

    def __init__(
        self,
        source: Source,
        vendor_data: VendorData,
        kept: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source = source
        self._vendor_data = vendor_data
        self._kept = kept
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, Answer]] = OrderedDict()

    def served(self, key: str) -> Served:
        """What the guest finds. Raises NoGuest and NoAnswer."""
        answer = self._remembered(key)
        if answer is None:
            answer = self._ask(key)
            self._remember(key, answer)
            if isinstance(answer, NoAnswer):  # not each time: a guest may ask without end
                LOG.warning("what %s is can't be told: %s", key, answer)
        if isinstance(answer, Served):
            return answer
        raise type(answer)(*answer.args)  # one of its own for each who asked

    def take_password(self, key: str, password: str) -> bool:
        """See `Source`."""
        try:
            return self._source.take_password(key, password)
        finally:
            with self._lock:
                self._known.pop(key, None)

    def _ask(self, key: str) -> Answer:
        try:
            machine = self._source.guest(key)
            found = self._vendor_data.of(machine)
        except (NoGuest, NoAnswer) as nothing:
            return nothing
        except VendorDataUnavailable as fault:
            return NoAnswer(str(fault))
        return Served(machine.replace(guest_data={**machine.guest_data, **found}))

    def _remembered(self, key: str) -> Answer | None:
        with self._lock:
            until, answer = self._known.get(key, (0.0, None))
        return answer if self._clock() < until else None

    def _remember(self, key: str, answer: Answer) -> None:
        kept = min(self._kept, SILENCE) if isinstance(answer, NoAnswer) else self._kept
        with self._lock:
            self._known[key] = (self._clock() + kept, answer)
            self._known.move_to_end(key)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
