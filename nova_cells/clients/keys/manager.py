# SPDX-License-Identifier: Apache-2.0
"""Keys of a key manager, Barbican or Vault, which castellan knows how to ask.

Nothing of what castellan raises goes on as it is: it may quote what it was given.
"""

from __future__ import annotations

from typing import Any

from castellan import key_manager
from castellan.common import exception
from castellan.common.utils import credential_factory

from nova_cells.clients.keys.interface import KeyService, spelled
from nova_cells.clients.service_faults import Forbidden, NotThere, Unavailable


class ManagedKeys(KeyService):
    """Asked as ourselves: [key_manager] says as whom."""

    def __init__(self, conf: Any) -> None:
        self._conf = conf
        self._keys = key_manager.API(conf)

    def passphrase(self, key_id: str) -> str:
        return spelled(self._get(key_id))

    def secret(self, key_id: str) -> str:
        """A text that somebody else has put there."""
        try:
            return self._get(key_id).decode()
        except UnicodeDecodeError:
            raise NotThere(f"What is kept as {key_id} is no text.") from None

    def _get(self, key_id: str) -> bytes:
        try:
            key = self._keys.get(credential_factory(self._conf), key_id)
            return bytes(key.get_encoded())
        except exception.ManagedObjectNotFoundError:
            raise NotThere(f"There is no key {key_id}.") from None
        except exception.Forbidden:
            raise Forbidden(f"Key {key_id} is kept from this service.") from None
        except exception.CastellanException as fault:
            detail = f"key {key_id}: {type(fault).__name__}"
            raise Unavailable("The key manager does not answer.", detail=detail) from None
