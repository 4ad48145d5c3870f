# SPDX-License-Identifier: Apache-2.0
"""Which network service a configuration asks for."""

from __future__ import annotations

from typing import Any

from nova_cells.clients.network import local_range
from nova_cells.clients.network.interface import NetworkService
from nova_cells.clients.network.local import LocalNetwork
from nova_cells.clients.network.none import NoNetwork


def from_conf(conf: Any) -> NetworkService:
    """The hosts' own network where it is enabled, else none."""
    local = local_range.from_conf(conf)
    return LocalNetwork(local) if local is not None else NoNetwork()
