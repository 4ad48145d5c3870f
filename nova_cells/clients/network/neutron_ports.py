# SPDX-License-Identifier: Apache-2.0
"""Ports of Neutron as a cell's conductor makes, binds and releases them, with our own credentials.

What we made carries our mark in its binding:profile; what does not was given to the server and
outlives it. Whoever makes a port looks first whether it is there: an answer may have been lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from nova_cells.clients.calling.service import Service
from nova_cells.clients.network.neutron_bindings import NeutronBindings, not_bound
from nova_cells.clients.network.neutron_documents import NeutronDocuments
from nova_cells.clients.network.neutron_nics import MARK, bridge_of, in_order, mark_of, nic_of
from nova_cells.clients.network.neutron_profiles import (
    ALLOCATION,
    GROUPS,
    OF_A_PLACE,
    allocation,
    profile_at,
    without,
)
from nova_cells.clients.network.neutron_reading import NeutronReading
from nova_cells.clients.network.neutron_requests import MINIMUM
from nova_cells.clients.network.ports import (
    NO_PROVIDERS,
    Document,
    Nic,
    Port,
    PortOwner,
    PortService,
    Providers,
)
from nova_cells.clients.network.remembered import Remembered
from nova_cells.clients.network.unusable import refuse_unusable
from nova_cells.clients.service_faults import Impossible, InUse, NotThere, Unavailable

COMPUTE = "compute:"
"""What Neutron and its users know ports of servers by."""
DEFAULT = "default"
NAMES_KEPT = 300.0  # seconds
_ALLOCATING = 120.0  # seconds: Neutron makes a router, a network and subnets before it answers
_AT_ONCE = 50  # names in one query: URLs have an end
_TRIES, _CHANGED = 3, 412


class NeutronPorts(PortService):
    """One a process, shared by all threads."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._reading = NeutronReading(service)
        self._documents = NeutronDocuments(self._reading)
        self._bindings = NeutronBindings(self._reading)
        self._group_names: Remembered[str, str] = Remembered(NAMES_KEPT)

    def of_server(self, uuid: str) -> list[Port]:
        return in_order(self._reading.listed("port", device_id=uuid))

    def of_servers(self, uuids: Iterable[str]) -> dict[str, list[Port]]:
        found: dict[str, list[Port]] = {}
        wanted = sorted(set(uuids))
        for first in range(0, len(wanted), _AT_ONCE):
            for port in self._reading.listed("port", device_id=wanted[first : first + _AT_ONCE]):
                found.setdefault(port["device_id"], []).append(port)
        return {uuid: in_order(ports) for uuid, ports in found.items()}

    def key_of(self, port: Port) -> str | None:
        key = mark_of(port).get("key")
        return str(key) if key is not None else None

    def make(self, owner: PortOwner, key: str, wish: Document, host: str | None) -> Port:
        groups = wish.get("security_groups")
        network = wish.get("network_id") or self._auto(owner.project_id)
        body = {
            "network_id": network,
            "project_id": owner.project_id,
            "admin_state_up": True,
            **self._owned(owner, host),
            "binding:profile": {MARK: _mark(key, wish, made=True)},
        }
        if wish.get("address"):
            body["fixed_ips"] = [{"ip_address": wish["address"]}]
        if groups:
            body["security_groups"] = [group["id"] for group in groups]
        if (vnic_type := wish.get("vnic_type") or "normal") != "normal":
            body["binding:vnic_type"] = vnic_type
        port = self._reading.one(self._service.post("/ports", {"port": body}), "port")
        if port.get("resource_request"):  # its network has come to that since it was looked at
            raise Impossible(MINIMUM.format(network))
        self._learn(port, groups)
        return _bound(port, host)

    def adopt(
        self,
        owner: PortOwner,
        key: str,
        wish: Document,
        host: str | None,
        providers: Providers = NO_PROVIDERS,
    ) -> Port:
        for _try in range(_TRIES):
            port = self._get(wish["port_id"])
            if port["device_id"] == owner.uuid and self.key_of(port) == key:
                return self.bind(port, host, providers)
            refuse_unusable(port, owner.uuid, owner.project_id)
            try:
                return _bound(self._take(port, owner, key, wish, host, providers), host)
            except Impossible as fault:
                if fault.status != _CHANGED:
                    raise
        raise InUse(f"Port {wish['port_id']} is being changed by others.")

    def bind(self, port: Port, host: str | None, providers: Providers = NO_PROVIDERS) -> Port:
        if host and port.get("binding:host_id") == host and not _failed(port):
            return port
        changes: Document = {"binding:host_id": host or ""}
        profile = port.get("binding:profile") or {}
        there = profile_at(profile, providers if host else NO_PROVIDERS)
        if there != profile:
            changes["binding:profile"] = there
        return _bound(self._put(port, changes), host)

    def release(self, uuid: str, port_id: str, preserve: bool | None = None) -> None:
        found = self._reading.listed("port", device_id=uuid, id=port_id)
        for port in found:
            self._release(port, preserve)

    def release_all(self, uuid: str, preserved: Iterable[str] = ()) -> None:
        kept = set(preserved)
        for port in self._reading.listed("port", device_id=uuid):
            self._release(port, True if port["id"] in kept else None)

    def add_binding(self, port: Port, host: str, providers: Providers = NO_PROVIDERS) -> Document:
        return self._bindings.add(port, host, providers)

    def activate_binding(self, port_id: str, host: str) -> None:
        self._bindings.activate(port_id, host)

    def remove_binding(self, port_id: str, host: str) -> None:
        self._bindings.remove(port_id, host)

    def nics(self, ports: Iterable[Port], floating: bool = False) -> list[Nic]:
        found = in_order(list(ports))
        if not found:
            return []
        networks = {port["network_id"] for port in found}
        needed = {each["subnet_id"] for port in found for each in port.get("fixed_ips") or ()}
        known = self._documents.networks(networks)
        subnets = self._documents.subnets(networks, needed)
        reached = self._floating([port["id"] for port in found]) if floating else {}
        names = self._names(found)
        return [
            nic_of(
                port,
                known.get(port["network_id"], {}),
                subnets.get(port["network_id"], ()),
                reached.get(port["id"], ()),
                names,
            )
            for port in found
        ]

    def nic_at(self, nic: Nic, binding: Document) -> Nic:
        details, vif_type = dict(binding.get("vif_details") or {}), binding["vif_type"]
        plug = {"vif_type": vif_type, "details": details}
        return {**nic, **plug, "bridge": bridge_of(vif_type, details, nic["network_id"])}

    def _owned(self, owner: PortOwner, host: str | None) -> Document:
        """What makes a port a server's."""
        owned: Document = {
            "device_id": owner.uuid,
            "device_owner": f"{COMPUTE}{owner.zone or 'nova'}",
        }
        if host:
            owned["binding:host_id"] = host
        if owner.hostname and "dns-integration" in self._documents.extensions():
            owned["dns_name"] = owner.hostname.partition(".")[0].lower()
        return owned

    def _take(
        self,
        port: Port,
        owner: PortOwner,
        key: str,
        wish: Document,
        host: str | None,
        providers: Providers,
    ) -> Port:
        """Only if it still is what we saw: two servers may want the same port at once."""
        mark, vnic_type = _mark(key, wish, made=False), wish.get("vnic_type")
        profile = {**(port.get("binding:profile") or {}), MARK: mark}
        if (kept := allocation(mark, providers if host else NO_PROVIDERS)) is not None:
            profile[ALLOCATION] = kept
        changes = {**self._owned(owner, host), "binding:profile": profile}
        if port.get("dns_name"):
            changes.pop("dns_name", None)
        if vnic_type and vnic_type != port.get("binding:vnic_type"):
            changes["binding:vnic_type"] = vnic_type
        seen = port.get("revision_number")
        headers = {"If-Match": f"revision_number={seen}"} if seen is not None else {}
        answer = self._service.put(f"/ports/{port['id']}", {"port": changes}, headers=headers)
        return self._reading.one(answer, "port")

    def _release(self, port: Port, preserve: bool | None) -> None:
        kept = preserve if preserve is not None else not mark_of(port).get("made", False)
        try:
            if kept:
                self._let_go(port)
            else:
                self._service.delete(f"/ports/{port['id']}")
        except NotThere as fault:
            # Its owner, or an earlier attempt, was faster; or it was said of something else.
            if self._reading.listed("port", id=port["id"]):
                raise Unavailable(fault.message, status=fault.status, detail=fault.detail) from None

    def _let_go(self, port: Port) -> None:
        profile = without(port.get("binding:profile") or {}, (MARK, *OF_A_PLACE))
        changes: Document = {"device_id": "", "device_owner": "", "binding:host_id": ""}
        changes["binding:profile"] = profile
        if port.get("dns_name"):
            changes["dns_name"] = ""
        self._put(port, changes)

    def _auto(self, project_id: str) -> str:
        """The network that Neutron makes for a project which has none; there is one at most."""
        path = f"/auto-allocated-topology/{project_id}"
        answer = self._service.get(path, timeout=_ALLOCATING)
        return str(self._service.part(answer, "auto_allocated_topology", "id"))

    def _learn(self, port: Port, groups: list[Document] | None) -> None:
        """Which name a group has need not be asked where we have just named it, or none."""
        ids = port.get("security_groups") or ()
        named: Mapping[str, str] = {group["id"]: group["name"] for group in groups or ()}
        for group in ids:
            name = named.get(group) or (DEFAULT if not groups and len(ids) == 1 else None)
            if name:
                self._group_names.put(group, name)

    def _names(self, ports: list[Port]) -> dict[str, str]:
        wanted = {group for port in ports for group in port.get("security_groups") or ()}
        names = {one: name for one in wanted if (name := self._group_names.get(one)) is not None}
        missing = sorted(wanted - set(names))
        if missing:
            for group in self._reading.listed("security_group", id=missing, fields=["id", "name"]):
                self._group_names.put(group["id"], group["name"])
                names[group["id"]] = group["name"]
        return names

    def _floating(self, ports: list[str]) -> dict[str, list[Document]]:
        found: dict[str, list[Document]] = {}
        for each in self._reading.listed("floatingip", port_id=ports):
            found.setdefault(each["port_id"], []).append(each)
        return found

    def _get(self, port_id: str) -> Port:
        try:
            return self._reading.get(f"/ports/{port_id}", "port")
        except NotThere as fault:
            raise Impossible(f"Port id {port_id} could not be found.") from fault

    def _put(self, port: Port, changes: Document) -> Port:
        answer = self._service.put(f"/ports/{port['id']}", {"port": changes}, again=True)
        return self._reading.one(answer, "port")


def _mark(key: str, wish: Document, *, made: bool) -> Document:
    more = {name: wish[name] for name in ("tag", GROUPS) if wish.get(name)}
    return {"key": key, "made": made, **more}


def _failed(port: Port) -> bool:
    return port.get("binding:vif_type") in ("binding_failed", "unbound")


def _bound(port: Port, host: str | None) -> Port:
    if host and _failed(port):
        raise not_bound(port, host)
    return port
