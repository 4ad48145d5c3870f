# SPDX-License-Identifier: Apache-2.0
"""Networks, subnets and extensions of Neutron, as we ourselves see them, from a short memory.

Not for what a caller may see: only Neutron knows that, see `neutron_sights`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from nova_cells.clients.network.neutron_reading import NeutronReading
from nova_cells.clients.network.remembered import Remembered

Document = dict[str, Any]
SUBNET = (
    *("id", "network_id", "cidr", "ip_version", "gateway_ip", "dns_nameservers", "host_routes"),
    *("enable_dhcp", "ipv6_ra_mode", "ipv6_address_mode"),
)
_MINIMUMS = ("minimum_bandwidth", "minimum_packet_rate")
KEPT, EXTENSIONS_KEPT = 30.0, 600.0  # seconds


class NeutronDocuments:
    """One a process, shared by all threads."""

    def __init__(self, reading: NeutronReading, kept: float = KEPT) -> None:
        self._reading = reading
        self._networks: Remembered[str, Document] = Remembered(kept)
        self._subnets: Remembered[str, list[Document]] = Remembered(kept)
        self._policies: Remembered[str, bool] = Remembered(kept)
        self._extensions: Remembered[str, frozenset[str]] = Remembered(EXTENSIONS_KEPT)

    def networks(self, ids: Iterable[str]) -> dict[str, Document]:
        """Those that there are; one request for all that are not known."""
        wanted = set(ids)
        found = {one: doc for one in wanted if (doc := self._networks.get(one)) is not None}
        missing = sorted(wanted - set(found))
        if missing:
            for network in self._reading.listed("network", id=missing):
                self._networks.put(network["id"], network)
                found[network["id"]] = network
        return found

    def subnets(self, ids: Iterable[str], needed: Iterable[str] = ()) -> dict[str, list[Document]]:
        """The subnets of these networks; asked for again where one that is `needed` is missing."""
        wanted = set(ids)
        found = {one: docs for one in wanted if (docs := self._subnets.get(one)) is not None}
        known = {subnet["id"] for docs in found.values() for subnet in docs}
        missing = sorted(wanted - set(found) if known >= set(needed) else wanted)
        if missing:
            fresh: dict[str, list[Document]] = {one: [] for one in missing}
            for subnet in self._reading.listed("subnet", network_id=missing, fields=list(SUBNET)):
                fresh.setdefault(subnet["network_id"], []).append(subnet)
            for one, docs in fresh.items():
                self._subnets.put(one, docs)
            found |= fresh
        return found

    def guarantees(self, policy: str) -> bool:
        """Whether ports with this QoS policy ask for a minimum."""
        known = self._policies.get(policy)
        if known is None:
            found = self._reading.get(f"/qos/policies/{policy}", "policy")
            known = any(rule.get("type") in _MINIMUMS for rule in found["rules"])
            self._policies.put(policy, known)
        return known

    def extensions(self) -> frozenset[str]:
        """The aliases of what this Neutron can do beside its core."""
        known = self._extensions.get("")
        if known is None:
            found = self._reading.listed("extension", fields="alias")
            known = frozenset(extension["alias"] for extension in found)
            self._extensions.put("", known)
        return known
