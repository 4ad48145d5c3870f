# SPDX-License-Identifier: Apache-2.0
"""What a cell asks of a key manager. What it answers is written neither to disk nor to a log."""

from __future__ import annotations

import abc


class KeyService(abc.ABC):
    """Raises the faults of `nova_cells.clients.service_faults`, which never hold a key."""

    @abc.abstractmethod
    def passphrase(self, key_id: str) -> str:
        """What opens a volume encrypted with this key; NotThere where there is no such key."""


def spelled(key: bytes) -> str:
    """Volume services take the digits of a key as the passphrase."""
    return key.hex()
