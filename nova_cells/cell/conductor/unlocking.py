# SPDX-License-Identifier: Apache-2.0
"""Adds what opens encrypted volumes to work on its way to a host; nothing of it is written down.

A cell's tables say which key a volume has, not what it is. A key that can't be had now is left out:
most work needs none, and a host that needs it fails and is asked again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from nova_cells.clients.keys import KeyService
from nova_cells.clients.service_faults import ServiceFault
from nova_cells.objects import HostWork
from nova_cells.runtime.clock import seconds

LOG = logging.getLogger(__name__)
REMEMBERED = seconds(60)
"""So long a key stays in the memory of this process."""


class Unlocking:
    """`keys` is None in a cell without encrypted volumes."""

    def __init__(self, keys: KeyService | None, clock: Callable[[], int]) -> None:
        self._keys = keys
        self._clock = clock
        self._lock = threading.Lock()
        self._known: dict[str, tuple[int, str]] = {}

    def unlocked(self, work: HostWork) -> HostWork:
        """The work, its machine's encrypted volumes with their passphrases."""
        machine = work.machine
        if not any(volume.get("encryption") for volume in machine.volumes):
            return work
        volumes = [self._opened(volume) for volume in machine.volumes]
        changed: HostWork = work.replace(machine=machine.replace(volumes=volumes))
        return changed

    def _opened(self, volume: dict[str, Any]) -> dict[str, Any]:
        locked = volume.get("encryption")
        phrase = self._passphrase(volume["id"], locked["key_id"]) if locked else None
        if not locked or phrase is None:
            return volume
        return {**volume, "encryption": {"provider": locked["provider"], "passphrase": phrase}}

    def _passphrase(self, volume_id: str, key_id: str) -> str | None:
        now = self._clock()
        with self._lock:
            self._known = {k: v for k, v in self._known.items() if v[0] > now}
            if key_id in self._known:
                return self._known[key_id][1]
        try:
            found = self._keys.passphrase(key_id) if self._keys is not None else None
        except ServiceFault as fault:
            LOG.warning("the key of volume %s can't be had now: %s", volume_id, fault.detail)
            return None
        if found is not None:
            with self._lock:
                self._known[key_id] = (now + REMEMBERED, found)
        return found
