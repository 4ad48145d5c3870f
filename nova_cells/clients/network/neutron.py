# SPDX-License-Identifier: Apache-2.0
"""Neutron, as the API asks it on behalf of a caller: with the caller's token, and few requests.

Nothing is made here: ports are made by the cell that takes the server, see `neutron_ports`.
"""

from __future__ import annotations

from typing import Any

from nova_cells.clients.calling.service import Service
from nova_cells.clients.network.interface import ANYBODY, Document, NetworkService, Terms
from nova_cells.clients.network.neutron_documents import NeutronDocuments
from nova_cells.clients.network.neutron_groups import NeutronGroups
from nova_cells.clients.network.neutron_reading import NeutronReading
from nova_cells.clients.network.neutron_requests import NeutronRequests
from nova_cells.clients.network.neutron_sights import NeutronSights
from nova_cells.clients.network.neutron_wishes import BOTH, Groups, NeutronWishes, anything
from nova_cells.clients.service_faults import Impossible, InUse, NotThere, ServiceFault, Unavailable

AUTO_EXTENSION = "auto-allocated-topology"
AMBIGUOUS = "Multiple possible networks found, use a Network ID to be more specific."


class NeutronNetwork(NetworkService):
    """One a process, shared by all threads."""

    has_ports = True

    def __init__(self, service: Service) -> None:
        self._service = service
        reading = NeutronReading(service)
        self._documents = NeutronDocuments(reading)
        self._sights = NeutronSights(reading)
        self._groups = NeutronGroups(reading)
        self._wishes = NeutronWishes(self._sights, NeutronRequests(reading, self._documents))

    def plan(
        self,
        ctx: Any,
        networks: str | list[Document],
        groups: list[str],
        terms: Terms = ANYBODY,
    ) -> list[Document]:
        chosen = self._groups.chosen(ctx, groups)
        if networks == "none":
            return []
        try:
            if isinstance(networks, list) and networks:
                return self._wishes.of_list(ctx, networks, chosen, terms)
            return self._unnamed(ctx, chosen, terms, must=networks == "auto")
        except NotThere as fault:
            raise Impossible(fault.message) from fault

    def interface(self, ctx: Any, uuid: str, wish: Document, terms: Terms = ANYBODY) -> Document:
        fixed = [each["ip_address"] for each in wish.get("fixed_ips", ())]
        if port := wish.get("port_id"):
            if fixed:
                raise Impossible(BOTH.format(fixed[0], port))
            [found] = self._wishes.of_list(ctx, [{**wish, "port": port}], None, terms)
            return found
        entry = {"fixed_ip": fixed[0] if fixed else None, "tag": wish.get("tag")}
        name = wish.get("net_id") or self._single(ctx)
        [found] = self._wishes.of_list(ctx, [{**entry, "uuid": name}], None, terms)
        return found

    def groups(self, ctx: Any, project_id: str, nics: list[Document]) -> list[Document]:
        if not nics:
            return []
        ports = self._sights.ports(ctx, [nic["id"] for nic in nics])
        held = {group for port in ports.values() for group in port.get("security_groups") or ()}
        return self._groups.shown(ctx, held)

    def add_group(self, ctx: Any, uuid: str, name: str) -> list[str]:
        group, ports = self._groups.one(ctx, name), self._ports_of(ctx, uuid)
        self._groups.add(ctx, uuid, ports, group)
        return self._names(ctx, ports)

    def remove_group(self, ctx: Any, uuid: str, name: str) -> list[str]:
        group, ports = self._groups.one(ctx, name), self._ports_of(ctx, uuid)
        self._groups.remove(ctx, uuid, ports, group)
        return self._names(ctx, ports)

    def _names(self, ctx: Any, ports: list[Document]) -> list[str]:
        return self._groups.names(ctx, (one for p in ports for one in p["security_groups"]))

    def _ports_of(self, ctx: Any, uuid: str) -> list[Document]:
        ports = self._sights.ports_of(ctx, uuid)
        if not ports:
            raise NotThere(f"instance_id {uuid} could not be found as device id on any ports")
        return ports

    def _unnamed(self, ctx: Any, groups: Groups, terms: Terms, *, must: bool) -> list[Document]:
        """The one network there is. `must`: where there is none, one is to be made."""
        found = self._sights.own_networks(ctx)
        if len(found) > 1:
            raise InUse(AMBIGUOUS)
        if found:
            return [self._wishes.of_network(ctx, found[0], {}, groups, terms)]
        if not must:
            return []
        self._can_allocate(ctx)
        return [anything()]

    def _single(self, ctx: Any) -> str:
        """The network of an interface that names none."""
        found = self._sights.own_networks(ctx)
        if len(found) > 1:
            raise Impossible(AMBIGUOUS)
        if not found:
            raise Impossible(
                "No specific network was requested and none are available for project "
                f"'{ctx.project_id}'."
            )
        return str(found[0]["id"])

    def _can_allocate(self, ctx: Any) -> None:
        """Neutron says whether it could make a network for the project, and makes none yet."""
        refusal = f"Unable to automatically allocate a network for project {ctx.project_id}"
        if AUTO_EXTENSION not in self._documents.extensions():
            raise Impossible(refusal)
        path = f"/{AUTO_EXTENSION}/{ctx.project_id}"
        try:
            self._service.get(path, ctx, params={"fields": "dry-run"})
        except Unavailable:
            raise
        except ServiceFault as fault:
            raise Impossible(f"{refusal}: {fault.message}") from fault
