# SPDX-License-Identifier: Apache-2.0
"""Names of what ports ask of a host's network devices, as hosts offer it and servers claim it.

A host has as many bandwidths as it has devices: each is a resource of its own, named by where the
device leads. What is asked without such a place (packets) is the host's as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable

EGRESS, INGRESS = "NET_BW_EGR_KILOBIT_PER_SEC", "NET_BW_IGR_KILOBIT_PER_SEC"
PACKETS = "NET_PACKET_RATE_KILOPACKET_PER_SEC"
PROVIDERS = "network_providers"
"""The fact of a host that says under which names Neutron knows its places."""
DEVICES = ("direct", "direct-physical", "macvtap", "virtio-forwarder", "vdpa", "remote-managed")
"""Kinds of ports that are a device of the host, which the guest is given."""
HOST = ""
"""The place of what belongs to no device."""
_PHYSICAL, _TUNNEL = "CUSTOM_PHYSNET_", "CUSTOM_NETWORK_TUNNEL_PROVIDER"


def physical(network: str) -> str:
    """The trait that says where a device leads to, the empty name to other hosts by tunnels."""
    name = "".join(c if c.isalnum() and c.isascii() else "_" for c in network.upper())
    return f"{_PHYSICAL}{name}" if network else _TUNNEL


def place_among(traits: Iterable[str]) -> str:
    """The trait among these that names a place."""
    found = (one for one in sorted(traits) if one.startswith(_PHYSICAL) or one == _TUNNEL)
    return next(found, HOST)


def resource(name: str, place: str) -> str:
    """What a resource class is called at a place."""
    return f"{name}@{place}" if place else name


def vnic_type(name: str) -> str:
    """The trait of a host that has ports of this kind."""
    return f"CUSTOM_VNIC_TYPE_{_upper(name)}"


def device_trait(kind: str) -> str:
    """The trait of a host whose driver gives guests devices for ports of such a kind."""
    return f"COMPUTE_PORT_{_upper(kind)}"


def _upper(name: str) -> str:
    return name.upper().replace("-", "_")
