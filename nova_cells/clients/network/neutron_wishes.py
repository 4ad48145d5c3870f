# SPDX-License-Identifier: Apache-2.0
"""What a caller names (a network, a port, an address) becomes what a cell is asked for.

Everything is looked at before anything is made: a server is never half of what was asked for.
Where a thing is not there this says NotThere; whoever makes a server of it says it as 400.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any

from nova_cells.clients.network.interface import Document, Terms
from nova_cells.clients.network.neutron_nics import SERVICE
from nova_cells.clients.network.neutron_requests import NeutronRequests
from nova_cells.clients.network.neutron_sights import NeutronSights
from nova_cells.clients.network.unusable import refuse_unusable
from nova_cells.clients.service_faults import Forbidden, Impossible, InUse, NotThere

Groups = list[Document] | None
"""Security groups as {"id", "name"}; None: the service's default."""
CHANGES_LATER = ("deferred", "none")
"""Ways to give out addresses that leave a port without one for now, or for good."""
BOTH = (
    "Specified Fixed IP '{0}' cannot be used with port '{1}': the two cannot be specified together."
)


class NeutronWishes:
    """Serves any number of callers."""

    def __init__(self, sights: NeutronSights, requests: NeutronRequests) -> None:
        self._sights = sights
        self._requests = requests

    def of_list(
        self, ctx: Any, named: Sequence[Document], groups: Groups, terms: Terms
    ) -> list[Document]:
        """One wish for each network or port that is named."""
        ports = [entry["port"] for entry in named if entry.get("port")]
        known = self.ports(ctx, ports, terms) if ports else {}
        wanted = [_network_of(entry) for entry in named if not entry.get("port")]
        networks = self._sights.networks(ctx, wanted)
        asked = self._requests.of_ports(known.values())
        wishes = []
        for entry in named:
            if port := entry.get("port"):
                if entry.get("fixed_ip"):
                    raise Impossible(BOTH.format(entry["fixed_ip"], port))
                wishes.append(self._of_port(known[port], entry.get("tag"), asked.get(port, {})))
            else:
                network = networks.get(entry["uuid"])
                if network is None:
                    raise NotThere(f"Network {entry['uuid']} could not be found.")
                wishes.append(self.of_network(ctx, network, entry, groups, terms))
        _refuse_twice(wishes)
        return wishes

    def of_network(
        self, ctx: Any, network: Document, entry: Document, groups: Groups, terms: Terms
    ) -> Document:
        """A new port on a network that the caller may see."""
        name = network["id"]
        private = network.get("router:external") and not network.get("shared")
        if private and not terms.may_external():
            raise Forbidden(f"It is not allowed to create an interface on external network {name}")
        secured = network.get("port_security_enabled", True)
        if groups and not (secured and network.get("subnets")):
            raise Impossible(
                "Network requires port_security_enabled and subnet associated in order to apply "
                "security groups."
            )
        if not network.get("subnets"):
            raise Impossible(f"Network {name} requires a subnet in order to boot instances on.")
        self._requests.insist_on_none(network)
        address = entry.get("fixed_ip")
        if address:
            address = self._free(ctx, name, address)
        wish = _wish(network_id=name, address=address, tag=entry.get("tag"))
        return {**wish, "security_groups": groups if secured else None}

    def ports(self, ctx: Any, names: Sequence[str], terms: Terms) -> dict[str, Document]:
        """Ports that can be given to a server, by id."""
        if terms.servers > 1:
            raise Impossible(
                "Unable to launch multiple instances with a single configured port ID. Please "
                "launch your instance one by one with different ports."
            )
        found = self._sights.ports(ctx, names)
        for name in names:
            if name not in found:
                raise NotThere(f"Port id {name} could not be found.")
            port = found[name]
            refuse_unusable(port, None, ctx.project_id)
            if not port["fixed_ips"] and port.get("ip_allocation") not in CHANGES_LATER:
                raise Impossible(f"Port {name} requires a FixedIP in order to be used.")
        return found

    def _of_port(self, port: Document, tag: str | None, asked: Document) -> Document:
        wish = _wish(network_id=port["network_id"], port_id=port["id"], tag=tag)
        return {**wish, "vnic_type": port.get("binding:vnic_type") or "normal", **asked}

    def _free(self, ctx: Any, network_id: str, text: str) -> str:
        """The address in Neutron's spelling: it is the network's, and nobody's as far as we see."""
        address = ipaddress.ip_address(text)
        subnets = self._sights.subnets(ctx, network_id)
        if not any(address in ipaddress.ip_network(subnet["cidr"]) for subnet in subnets):
            raise Impossible(
                f"Fixed IP address {text} is not a valid ip address for network {network_id}."
            )
        holders = self._sights.has_address(ctx, network_id, str(address))
        if holders:
            device = holders[0].get("device_id") or holders[0]["id"]
            raise Impossible(f"Fixed IP address {text} is already in use on instance {device}.")
        return str(address)


def _wish(**known: Any) -> Document:
    empty = {"network_id": None, "address": None, "port_id": None, "tag": None}
    return {"service": SERVICE, **empty, "vnic_type": "normal", **known}


def anything() -> Document:
    """A wish for a port on the network that Neutron makes for a project without one."""
    return {**_wish(), "security_groups": None}


def _network_of(entry: Document) -> str:
    name = entry.get("uuid")
    if not name:
        raise Impossible("Bad network format: missing 'uuid'")
    return str(name)


def _refuse_twice(wishes: Sequence[Document]) -> None:
    ports = [wish["port_id"] for wish in wishes if wish["port_id"]]
    for port in ports:
        if ports.count(port) > 1:
            raise InUse(f"Port {port} is still in use.")
    fixed = [(wish["network_id"], wish["address"]) for wish in wishes if wish["address"]]
    if len(set(fixed)) < len(fixed):
        raise Impossible("Invalid networks: a fixed IP address is named twice.")
