# SPDX-License-Identifier: Apache-2.0
"""What ports ask of the host they come to: resources and traits that the scheduler looks for.

Neutron shows it to administrators only, so it is asked as ourselves, and only where this Neutron
has such requests at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from nova_cells.clients.network.neutron_documents import NeutronDocuments
from nova_cells.clients.network.neutron_reading import Document, NeutronReading
from nova_cells.clients.service_faults import Impossible
from nova_cells.objects.port_requests import DEVICES, device_trait, place_among, resource

WHOLE = ""
"""The name of what an older Neutron asks for in one piece."""
EXTENSION = "port-resource-request"
MINIMUM = (
    "Using networks with QoS policy is not supported: network {0} guarantees a minimum to its "
    "ports. Make a port there and name that one."
)
_FIELDS = ("id", "network_id", "mac_address", "device_id", "fixed_ips", "resource_request")


class NeutronRequests:
    """Serves any number of callers."""

    def __init__(self, reading: NeutronReading, documents: NeutronDocuments) -> None:
        self._reading = reading
        self._documents = documents

    def of_ports(self, ports: Iterable[Document]) -> dict[str, Document]:
        """Port → what its wish says of it: "resources", "traits", "physical_network", "tunnelled".

        `ports` are those the caller may see.
        """
        known = {port["id"]: port for port in ports}
        found: dict[str, Document] = {name: {} for name in known}
        if known and EXTENSION in self._documents.extensions():
            for port in self._reading.listed("port", id=sorted(known), fields=_FIELDS):
                found.setdefault(port["id"], {}).update(asked_by(port.get("resource_request")))
        hardware = [p for p in known.values() if p.get("binding:vnic_type") in DEVICES]
        networks = self._documents.networks(port["network_id"] for port in hardware)
        for port in hardware:
            asked = found[port["id"]]
            asked.update(place_of(networks.get(port["network_id"], {})))
            needed = device_trait(port["binding:vnic_type"])
            asked["traits"] = sorted({*asked.get("traits", ()), needed})
        return found

    def insist_on_none(self, network: Document) -> None:
        """Impossible where each new port of a network would ask for something.

        What it asks for is known when it is there, and a host is chosen before.
        """
        policy = network.get("qos_policy_id")
        if not policy or EXTENSION not in self._documents.extensions():
            return
        if self._documents.guarantees(policy):
            raise Impossible(MINIMUM.format(network["id"]))


def asked_by(request: Any) -> Document:
    """Of one port's resource_request, in either of the forms that Neutron has had.

    "groups" says of each of its parts where on the host it is asked for.
    """
    if not request:
        return {}
    resources: Counter[str] = Counter()
    traits: set[str] = set()
    groups: dict[str, str] = {}
    for group in request.get("request_groups") or [request]:
        required = set(group.get("required") or ())
        place = place_among(required)
        for name, amount in (group.get("resources") or {}).items():
            resources[resource(name, place)] += amount
        traits |= required - {place}
        groups[str(group.get("id") or WHOLE)] = place
    if not resources:
        return {}
    return {"resources": dict(resources), "traits": sorted(traits), "groups": groups}


def place_of(network: Document) -> Document:
    """Where a network is outside of hosts: the first physical one of its segments, or a tunnel."""
    segments = network.get("segments") or [network]
    physical = [s.get("provider:physical_network") for s in segments]
    named = next((name for name in physical if name), None)
    return {"physical_network": named, "tunnelled": named is None}
