# SPDX-License-Identifier: Apache-2.0
"""The local network as its configuration describes it: one range, known by the same id everywhere.

API and conductors each read it from their own configuration; nothing about it is in a database but
the addresses in use.
"""

from __future__ import annotations

import ipaddress
import uuid as uuids
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]
ACTIVE, DOWN = "ACTIVE", "DOWN"
"""States of a port; one that says nothing is active."""
_SPACE = uuids.UUID("8e0b8f0a-93b5-4a35-9f0c-2c5c1c2f1d61")
_PREFIXES = range(16, 30)


class RangeInvalid(ValueError):
    """The configuration makes no network; the text says which option."""


@dataclass(frozen=True)
class LocalRange:
    """`dns` empty: guests ask the gateway."""

    label: str
    cidr: ipaddress.IPv4Network
    gateway: ipaddress.IPv4Address
    dns: tuple[str, ...] = ()
    domain: str = "novalocal"
    forward: str = "open"
    mtu: int = 1500
    id: str = field(init=False)
    subnet_id: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", str(uuids.uuid5(_SPACE, f"{self.label} {self.cidr}")))
        object.__setattr__(self, "subnet_id", str(uuids.uuid5(_SPACE, f"subnet {self.cidr}")))

    @property
    def size(self) -> int:
        """How many addresses there are to give out."""
        return self.cidr.num_addresses - 3

    def is_lendable(self, text: str) -> bool:
        """Whether a guest may have this address at all."""
        try:
            address = ipaddress.IPv4Address(text)
        except ValueError:
            return False
        edges = (self.cidr.network_address, self.cidr.broadcast_address, self.gateway)
        return address in self.cidr and address not in edges

    def at(self, number: int) -> str:
        """The address of that number, of `size`; the gateway is left out."""
        first = int(self.cidr.network_address) + 1
        address = first + number
        if address >= int(self.gateway):
            address += 1
        return str(ipaddress.IPv4Address(address))

    def nic(self, port_id: str, address: str, tag: str | None = None) -> Document:
        """An interface with this address, as `Machine.nics` has it."""
        whole = {"address": address, "version": 4, "prefix": self.cidr.prefixlen}
        return {
            "id": port_id,
            "mac": mac_of(address),
            "network_id": self.id,
            "label": self.label,
            "tag": tag,
            "mtu": self.mtu,
            "bridge": None,
            "addresses": [{**whole, "subnet_id": self.subnet_id}],
            "gateway": str(self.gateway),
            "dns": list(self.dns),
            "domain": self.domain,
            "forward": self.forward,
            "model": None,
        }


def mac_of(address: str) -> str:
    """Follows from the address: unique as that is, and a neighbour's cache is never wrong."""
    low = int(ipaddress.IPv4Address(address)) & 0xFFFFFF
    return f"fa:16:3e:{low >> 16:02x}:{low >> 8 & 0xFF:02x}:{low & 0xFF:02x}"


def port_of(operation: str) -> str:
    """The id of the port that an operation makes: known before it is begun."""
    return str(uuids.uuid5(_SPACE, f"port of {operation}"))


def shown(nics: list[Document]) -> dict[str, list[Document]]:
    """A server's addresses by network, as every reader sees them."""
    found: dict[str, list[Document]] = {}
    for nic in nics:
        entries = found.setdefault(nic["label"], []) if nic["addresses"] else []
        for each in nic["addresses"]:
            entry = {"addr": each["address"], "version": each["version"], "mac": nic["mac"]}
            entries.append({**entry, "type": "fixed"})
            entries += [
                {**entry, "addr": other["address"], "version": 4, "type": "floating"}
                for other in nic.get("floating") or ()
                if other.get("fixed") == each["address"]
            ]
    return found


def groups_shown(nics: list[Document]) -> list[str] | None:
    """The names of the security groups that hold for a server; None: nobody says."""
    if not any("groups" in nic for nic in nics):
        return None
    names = (group["name"] or group["id"] for nic in nics for group in nic.get("groups") or ())
    return list(dict.fromkeys(names))


def from_conf(conf: Any) -> LocalRange | None:
    """The network of this deployment; None where there is none. Raises RangeInvalid."""
    section = conf.local_network
    if not section.enabled:
        return None
    try:
        cidr = ipaddress.IPv4Network(section.cidr)
    except ValueError as error:
        raise RangeInvalid(f"[local_network] cidr {section.cidr!r}: {error}") from error
    if cidr.prefixlen not in _PREFIXES:
        raise RangeInvalid(f"[local_network] cidr {cidr} must be of /16 to /29")
    return LocalRange(
        section.label,
        cidr,
        _gateway(section.gateway, cidr),
        tuple(section.dns),
        section.domain,
        section.forward,
        section.mtu,
    )


def _gateway(text: str | None, cidr: ipaddress.IPv4Network) -> ipaddress.IPv4Address:
    try:
        gateway = ipaddress.IPv4Address(text) if text else cidr.network_address + 1
    except ValueError as error:
        raise RangeInvalid(f"[local_network] gateway {text!r}: {error}") from error
    if gateway not in cidr or gateway in (cidr.network_address, cidr.broadcast_address):
        raise RangeInvalid(f"[local_network] gateway {gateway} is no address of {cidr}")
    return gateway
