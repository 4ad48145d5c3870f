# SPDX-License-Identifier: Apache-2.0
"""Where ports and security groups come from. A deployment without a network service has none."""

from nova_cells.clients.network.interface import NetworkService
from nova_cells.clients.network.none import NoNetwork

__all__ = ["NetworkService", "NoNetwork"]
