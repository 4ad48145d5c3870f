# SPDX-License-Identifier: Apache-2.0
"""Which keeper of keys a configuration asks for."""

from __future__ import annotations

from typing import Any

from nova_cells.clients.keys.interface import KeyService


def from_conf(conf: Any) -> KeyService | None:
    """None: encrypted volumes are refused."""
    section = conf.volume_keys
    if section.source == "castellan":
        from nova_cells.clients.keys.manager import ManagedKeys  # its imports take a second

        return ManagedKeys(conf)
    if section.source == "fixed":
        from nova_cells.clients.keys.fixed import FixedKey

        return FixedKey(section.fixed_key)
    return None
