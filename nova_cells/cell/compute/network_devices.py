# SPDX-License-Identifier: Apache-2.0
"""What a host's network devices can carry, which ports with a minimum claim a part of.

It is read from this agent's own configuration: a host is as large when Neutron is away, and what
is said here must be what is said to Neutron's agent of the host, which knows devices by the same
names.
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from nova_cells.objects import Inventory
from nova_cells.objects.port_requests import (
    EGRESS,
    HOST,
    INGRESS,
    PACKETS,
    PROVIDERS,
    physical,
    resource,
    vnic_type,
)


@dataclass(frozen=True)
class NetworkDevices:
    """`places`: trait of a place → device; `namespace`: of the names that Neutron knows them by."""

    resources: dict[str, int] = field(default_factory=dict)
    traits: tuple[str, ...] = ()
    places: dict[str, str] = field(default_factory=dict)
    namespace: uuids.UUID | None = None

    def add_to(self, inventory: Inventory) -> Inventory:
        """What the driver offers, and this."""
        if not self.resources:
            return inventory
        offered = {**inventory.resources, **self.resources}
        traits = sorted({*inventory.traits, *self.traits})
        whole: Inventory = inventory.replace(resources=offered, traits=traits)
        return whole

    def providers(self, host: str) -> dict[str, str]:
        """Place → the name under which Neutron believes that a port's minimum is kept there."""
        if self.namespace is None:
            return {}
        names = {place: f"{host}:{device}" if device else host for place, device in self._all()}
        return {place: str(uuids.uuid5(self.namespace, name)) for place, name in names.items()}

    def facts(self, host: str) -> dict[str, Any]:
        """What conductors must know of the host to tell Neutron what is kept where."""
        found = self.providers(host)
        return {PROVIDERS: found} if found else {}

    def _all(self) -> Iterable[tuple[str, str]]:
        yield from self.places.items()
        if PACKETS in self.resources:
            yield HOST, ""


def devices_of(options: Any) -> NetworkDevices:
    """As the section [network_devices] says; ValueError where that says nothing sensible."""
    resources: dict[str, int] = {}
    places: dict[str, str] = {}
    for text in options.bandwidths:
        device, network, egress, ingress = _parts(text)
        place = physical(network)
        if place in places:
            raise ValueError(f"network_devices.bandwidths: two devices for {network or 'tunnels'}")
        places[place] = device
        resources[resource(EGRESS, place)] = egress
        resources[resource(INGRESS, place)] = ingress
    if options.packet_rate:
        resources[PACKETS] = options.packet_rate
    traits = tuple(vnic_type(kind) for kind in options.vnic_types) if resources else ()
    return NetworkDevices(resources, traits, places, uuids.UUID(options.namespace))


def _parts(text: str) -> tuple[str, str, int, int]:
    parts = text.split(":")
    if len(parts) != 4 or not parts[0] or not all(each.isdecimal() for each in parts[2:]):
        raise ValueError(f"network_devices.bandwidths: {text!r} is not DEVICE:NETWORK:OUT:IN")
    device, network, egress, ingress = parts
    return device, network, int(egress), int(ingress)
