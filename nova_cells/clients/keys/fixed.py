# SPDX-License-Identifier: Apache-2.0
"""One key for all volumes, from the configuration: for tests, and where the disks alone count."""

from __future__ import annotations

from nova_cells.clients.keys.interface import KeyService, spelled
from nova_cells.clients.service_faults import NotThere

ID = "00000000-0000-0000-0000-000000000000"


class FixedKey(KeyService):
    """As the volume service has it whose key manager has one fixed key too."""

    def __init__(self, digits: str) -> None:
        self._key = bytes.fromhex(digits)

    def passphrase(self, key_id: str) -> str:
        if key_id != ID:
            raise NotThere(f"There is no key {key_id}.")
        return spelled(self._key)
