# SPDX-License-Identifier: Apache-2.0
"""The document network_data.json: what a guest's network is, told from `Machine.nics`.

Addresses are told as fixed ones: a guest without a DHCP client, or on a network without a server,
can use them; with one it is given the same.
"""

from __future__ import annotations

import ipaddress
from typing import Any

Document = dict[str, Any]


def network_data(nics: list[Document]) -> Document:
    """Links, what addresses they have, and the name servers."""
    networks: list[Document] = []
    for nic in nics:
        for address in nic.get("addresses") or ():
            networks.append(_network(f"network{len(networks)}", nic, address))
    servers = dict.fromkeys(server for nic in nics for server in nic.get("dns") or ())
    return {
        "links": [_link(nic) for nic in nics],
        "networks": networks,
        "services": [_service(server) for server in servers],
    }


def _link(nic: Document) -> Document:
    return {
        "id": _link_id(nic),
        "vif_id": nic["id"],
        "type": "bridge" if nic.get("bridge") else "phy",
        "mtu": nic.get("mtu"),
        "ethernet_mac_address": nic["mac"],
    }


def _network(name: str, nic: Document, address: Document) -> Document:
    version = address["version"]
    block = ipaddress.ip_network(f"{address['address']}/{address['prefix']}", strict=False)
    return {
        "id": name,
        "type": f"ipv{version}",
        "link": _link_id(nic),
        "network_id": nic.get("network_id"),
        "ip_address": address["address"],
        "netmask": str(block.netmask),
        "routes": _routes(nic.get("gateway"), version),
        "services": [
            _service(server)
            for server in nic.get("dns") or ()
            if ipaddress.ip_address(server).version == version
        ],
    }


def _routes(gateway: str | None, version: int) -> list[Document]:
    if not gateway or ipaddress.ip_address(gateway).version != version:
        return []
    everywhere = "0.0.0.0" if version == 4 else "::"
    return [{"network": everywhere, "netmask": everywhere, "gateway": gateway}]


def _link_id(nic: Document) -> str:
    return f"tap{nic['id'][:11]}"


def _service(server: str) -> Document:
    return {"type": "dns", "address": server}
