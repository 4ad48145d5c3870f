# SPDX-License-Identifier: Apache-2.0
"""Bindings of a port to several hosts, of which one is active: how a server moves while running."""

from __future__ import annotations

from nova_cells.clients.network.neutron_profiles import profile_at
from nova_cells.clients.network.neutron_reading import NeutronReading
from nova_cells.clients.network.ports import Document, NotBound, Port, Providers
from nova_cells.clients.service_faults import InUse, NotThere, Unavailable

NO_DRIVER = "PortBindingError"
"""Neutron's name for a binding that no driver can make; it calls that a fault of its own, 500."""


class NeutronBindings:
    """Every change may be asked for again."""

    def __init__(self, reading: NeutronReading) -> None:
        self._reading = reading
        self._service = reading.service

    def add(self, port: Port, host: str, providers: Providers) -> Document:
        """The binding for this host, an inactive one where there was none."""
        wish = {"host": host, "vnic_type": port.get("binding:vnic_type") or "normal"}
        if profile := profile_at(port.get("binding:profile") or {}, providers):
            wish["profile"] = profile
        try:
            answer = self._service.post(_path(port["id"]), {"binding": wish})
            binding = self._reading.one(answer, "binding")
        except InUse:
            binding = self._known(port["id"], host)
        except Unavailable as fault:
            if fault.kind != NO_DRIVER:
                raise
            raise not_bound(port, host) from fault
        if binding["vif_type"] in ("binding_failed", "unbound"):
            raise not_bound(port, host)
        return binding

    def activate(self, port_id: str, host: str) -> None:
        try:
            self._service.put(f"{_path(port_id)}/{host}/activate", again=True)
        except InUse:
            if self._known(port_id, host).get("status") != "ACTIVE":
                raise

    def remove(self, port_id: str, host: str) -> None:
        """Neutron would take the active one away too, and the port could not be bound again."""
        try:
            if self._known(port_id, host).get("status") != "ACTIVE":
                self._service.delete(f"{_path(port_id)}/{host}")
        except NotThere:
            return

    def _known(self, port_id: str, host: str) -> Document:
        for binding in self._reading.below(_path(port_id), "binding", host=host):
            if binding["host"] == host:
                return binding
        raise NotThere(f"Port {port_id} has no binding for host {host}.")


def not_bound(port: Port, host: str) -> NotBound:
    """What a host that can't have the port comes to."""
    return NotBound(f"Binding failed for port {port['id']}: host {host} can't wire it.")


def _path(port_id: str) -> str:
    return f"/ports/{port_id}/bindings"
