# SPDX-License-Identifier: Apache-2.0
"""Vendor data remembered for a while: what a guest asks each second is not asked of services.

It is kept for a machine that is told the same; one that was told something else is asked for anew.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from nova_cells.clients.vendor_data.interface import VendorData
from nova_cells.objects import Machine

MOST = 1000
_TOLD = ("hostname", "metadata", "user_data", "boot_roles")


class KeptVendorData(VendorData):
    """What `asked` answers, for `kept` seconds."""

    def __init__(
        self, asked: VendorData, kept: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._asked = asked
        self._kept = kept
        self._clock = clock
        self._lock = threading.Lock()
        self._known: OrderedDict[str, tuple[float, Any, dict[str, Any]]] = OrderedDict()

    def of(self, machine: Machine) -> dict[str, Any]:
        told = [machine.image and machine.image.id, *map(machine.guest_data.get, _TOLD)]
        with self._lock:
            until, before, found = self._known.get(machine.uuid, (0.0, None, {}))
        if before == told and self._clock() < until:
            return found
        found = self._asked.of(machine)
        with self._lock:
            self._known[machine.uuid] = (self._clock() + self._kept, told, found)
            self._known.move_to_end(machine.uuid)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return found
