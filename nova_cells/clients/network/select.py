# SPDX-License-Identifier: Apache-2.0
"""Which network service a configuration asks for; HTTP is imported only where one is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nova_cells.clients.network import local_range
from nova_cells.clients.network.interface import NetworkService
from nova_cells.clients.network.local import LocalNetwork
from nova_cells.clients.network.none import NoNetwork
from nova_cells.clients.network.ports import PortService

if TYPE_CHECKING:
    from nova_cells.clients.calling.service import Service


def from_conf(conf: Any) -> NetworkService:
    """Neutron where it is configured, else the hosts' own network if enabled, else none."""
    if is_configured(conf):
        from nova_cells.clients.network.neutron import NeutronNetwork

        return NeutronNetwork(_neutron(conf))
    local = local_range.from_conf(conf)
    return LocalNetwork(local) if local is not None else NoNetwork()


def ports_from_conf(conf: Any) -> PortService | None:
    """What conductors make ports with; None where no service has any."""
    if not is_configured(conf):
        return None
    from nova_cells.clients.network.neutron_ports import NeutronPorts

    return NeutronPorts(_neutron(conf))


def is_configured(conf: Any) -> bool:
    """Whether servers get their ports from Neutron."""
    return bool(conf.neutron.auth_url or conf.neutron.endpoint_override)


def _neutron(conf: Any) -> Service:
    from nova_cells.clients.calling.service import Service

    return Service(conf.neutron, service_type="network", name="network", version="v2.0")
