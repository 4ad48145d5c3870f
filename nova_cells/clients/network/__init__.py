# SPDX-License-Identifier: Apache-2.0
"""Where ports and security groups come from: Neutron, the hosts themselves, or nowhere."""

from nova_cells.clients.network.interface import NetworkService, Terms
from nova_cells.clients.network.local import LocalNetwork
from nova_cells.clients.network.none import NoNetwork
from nova_cells.clients.network.ports import NotBound, PortOwner, PortService
from nova_cells.clients.network.select import from_conf, ports_from_conf

__all__ = [
    "LocalNetwork",
    "NetworkService",
    "NoNetwork",
    "NotBound",
    "PortOwner",
    "PortService",
    "Terms",
    "from_conf",
    "ports_from_conf",
]
