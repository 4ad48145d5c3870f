# SPDX-License-Identifier: Apache-2.0
"""Where ports and security groups come from: the hosts themselves, or nowhere."""

from nova_cells.clients.network.interface import NetworkService
from nova_cells.clients.network.local import LocalNetwork
from nova_cells.clients.network.none import NoNetwork
from nova_cells.clients.network.select import from_conf

__all__ = ["LocalNetwork", "NetworkService", "NoNetwork", "from_conf"]
