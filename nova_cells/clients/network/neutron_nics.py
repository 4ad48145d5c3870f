# SPDX-License-Identifier: Apache-2.0
"""From a port to an interface: what a host plugs, a guest is told and the API shows.

Pure: it can be done again at any time from fresh documents. Nothing in it is a secret, it is kept
in heads.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from typing import Any

Document = dict[str, Any]
SERVICE = "neutron"
MARK = "nova_cells"
"""Our part of a port's binding:profile, which only administrators may read and write."""
DEVNAME_LENGTH = 14
INTEGRATION_BRIDGE = "br-int"


def mark_of(port: Document) -> Document:
    """What we wrote on a port: key, made, tag; empty on one that we never touched."""
    mark = (port.get("binding:profile") or {}).get(MARK)
    return mark if isinstance(mark, dict) else {}


def in_order(ports: Sequence[Document]) -> list[Document]:
    """As their server was wished: first those of its boot, by number, then the later ones."""
    return sorted(ports, key=_place)


def _place(port: Document) -> tuple[int, str, str]:
    key = str(mark_of(port).get("key", ""))
    number = int(key) if key.isascii() and key.isdigit() else 1_000_000
    return number, str(port.get("created_at") or ""), port["id"]


def nic_of(
    port: Document,
    network: Document,
    subnets: Sequence[Document],
    floating: Sequence[Document] = (),
    groups: Mapping[str, str] | None = None,
) -> Document:
    """`floating`: its floating addresses, as Neutron lists them; `groups`: known names by id."""
    mark = mark_of(port)
    mine = _subnets_of(port, subnets)
    named = groups or {}
    vif_type, details = port.get("binding:vif_type"), dict(port.get("binding:vif_details") or {})
    return {
        "service": SERVICE,
        "key": mark.get("key"),
        "id": port["id"],
        "mac": port["mac_address"],
        "network_id": port["network_id"],
        "label": network.get("name") or "",
        "tag": mark.get("tag"),
        "mtu": network.get("mtu") or None,
        "bridge": bridge_of(vif_type, details, port["network_id"]),
        "devname": ("tap" + port["id"])[:DEVNAME_LENGTH],
        "addresses": [_address(each, mine) for each in port.get("fixed_ips") or ()],
        "floating": [
            {"address": each["floating_ip_address"], "fixed": each.get("fixed_ip_address")}
            for each in floating
        ],
        "gateway": _gateway(mine),
        "dns": _dns(mine),
        "subnets": [subnet_of(subnet) for subnet in mine],
        "groups": [
            {"id": group, "name": named.get(group)} for group in port.get("security_groups") or ()
        ],
        "model": None,
        "state": port.get("status") or "DOWN",
        "admin_state_up": bool(port.get("admin_state_up", True)),
        "preserve": not mark.get("made", False),
        "vif_type": vif_type,
        "vnic_type": port.get("binding:vnic_type") or "normal",
        "details": details,
        "profile": _profile(port),
    }


def bridge_of(vif_type: str | None, details: Mapping[str, Any], network_id: str) -> str | None:
    """The bridge a host plugs it into, None where plugging it needs none."""
    if vif_type == "ovs":
        return str(details.get("bridge_name") or INTEGRATION_BRIDGE)
    if vif_type == "bridge":
        return str(details.get("bridge_name") or f"brq{network_id}"[:DEVNAME_LENGTH])
    return None


def subnet_of(subnet: Document) -> Document:
    """As much of it as guests are told."""
    return {
        "id": subnet["id"],
        "cidr": subnet["cidr"],
        "version": subnet["ip_version"],
        "gateway": subnet.get("gateway_ip"),
        "dns": list(subnet.get("dns_nameservers") or ()),
        "routes": [
            {"destination": route["destination"], "nexthop": route["nexthop"]}
            for route in subnet.get("host_routes") or ()
        ],
        "dhcp": bool(subnet.get("enable_dhcp")),
        "ra_mode": subnet.get("ipv6_ra_mode"),
        "address_mode": subnet.get("ipv6_address_mode"),
    }


def _subnets_of(port: Document, subnets: Sequence[Document]) -> list[Document]:
    """Those the port has addresses of, in the order of its addresses."""
    known = {subnet["id"]: subnet for subnet in subnets}
    wanted = dict.fromkeys(each["subnet_id"] for each in port.get("fixed_ips") or ())
    return [known[one] for one in wanted if one in known]


def _address(fixed: Document, subnets: Sequence[Document]) -> Document:
    text = fixed["ip_address"]
    address = ipaddress.ip_address(text)
    cidr = next((s["cidr"] for s in subnets if s["id"] == fixed["subnet_id"]), None)
    prefix = ipaddress.ip_network(cidr).prefixlen if cidr else address.max_prefixlen
    return {
        "address": text,
        "version": address.version,
        "prefix": prefix,
        "subnet_id": fixed["subnet_id"],
    }


def _gateway(subnets: Sequence[Document]) -> str | None:
    gateways = [s for s in subnets if s.get("gateway_ip") and s["ip_version"] == 4]
    return str(gateways[0]["gateway_ip"]) if gateways else None


def _dns(subnets: Sequence[Document]) -> list[str]:
    servers = (one for subnet in subnets for one in subnet.get("dns_nameservers") or ())
    return list(dict.fromkeys(servers))


def _profile(port: Document) -> Document:
    """What others wrote there: some kinds of plugging read it."""
    return {k: v for k, v in (port.get("binding:profile") or {}).items() if k != MARK}
