# SPDX-License-Identifier: Apache-2.0
"""A deployment whose hosts make the network: one, with addresses that cells give out.

What is asked for is only checked here, and written down as a cell reads it. There are no ports but
those of servers, so none can be named; of security groups there is the one called "default".
"""

from __future__ import annotations

import uuid as uuids
from typing import Any, NoReturn

from nova_cells.clients.network.interface import ANYBODY, Document, NetworkService, Terms
from nova_cells.clients.network.local_range import LocalRange
from nova_cells.clients.service_faults import Impossible, NotThere

DEFAULT = "default"
DESCRIPTION = "What the hosts' network does for every server: it can't send as another."
NO_PORTS = "this deployment's own network has no ports beside those of its servers"


class LocalNetwork(NetworkService):
    """Refuses by name what its one network does not have."""

    def __init__(self, local: LocalRange) -> None:
        self._local = local

    def plan(
        self,
        ctx: Any,
        networks: str | list[Document],
        groups: list[str],
        terms: Terms = ANYBODY,
    ) -> list[Document]:
        for name in groups:
            if name != DEFAULT:
                raise Impossible(f"Invalid security_groups: there is no {name!r}, only 'default'.")
        if networks == "none":
            return []
        if networks in ("auto", []):
            return [self._wish()]
        assert isinstance(networks, list)
        wishes = [self._named(network) for network in networks]
        fixed = [wish["address"] for wish in wishes if wish["address"]]
        if len(set(fixed)) < len(fixed):
            raise Impossible("Invalid networks: a fixed IP address is named twice.")
        return wishes

    def interface(self, ctx: Any, uuid: str, wish: Document, terms: Terms = ANYBODY) -> Document:
        if "port_id" in wish:
            raise Impossible(f"Port {wish['port_id']} could not be found: {NO_PORTS}.")
        network = self._network(wish.get("net_id") or self._local.id)
        fixed = [each["ip_address"] for each in wish.get("fixed_ips", ())]
        address = self._address(fixed[0]) if fixed else None
        return {"network_id": network, "address": address, "tag": wish.get("tag")}

    def groups(self, ctx: Any, project_id: str, nics: list[Document]) -> list[Document]:
        if not nics:
            return []
        names = {"id": _default_of(project_id), "name": DEFAULT, "tenant_id": project_id}
        return [{**names, "description": DESCRIPTION, "rules": []}]

    def add_group(self, ctx: Any, uuid: str, name: str) -> None:
        if name == DEFAULT:
            return  # it holds for every server
        raise NotThere(f"Security group {name} could not be found: there is no other than default.")

    def remove_group(self, ctx: Any, uuid: str, name: str) -> NoReturn:
        raise NotThere(f"Security group {name} could not be found: default can't be removed.")

    def _named(self, network: Document) -> Document:
        if network.get("port"):
            raise Impossible(f"Port {network['port']} could not be found: {NO_PORTS}.")
        fixed = network.get("fixed_ip")
        self._network(network.get("uuid"))
        return self._wish(address=self._address(fixed) if fixed else None, tag=network.get("tag"))

    def _wish(self, address: str | None = None, tag: str | None = None) -> Document:
        return {"network_id": self._local.id, "address": address, "tag": tag}

    def _network(self, name: str | None) -> str:
        if name != self._local.id:
            raise Impossible(f"Network {name} could not be found: there is only {self._local.id}.")
        return self._local.id

    def _address(self, text: str) -> str:
        if not self._local.is_lendable(text):
            raise Impossible(
                f"Fixed IP address {text} is not a valid ip address for network {self._local.id}."
            )
        return text


def _default_of(project_id: str) -> str:
    """An id for what is the same in every project but whose it is."""
    return str(uuids.uuid5(uuids.NAMESPACE_OID, f"security group {DEFAULT} of {project_id}"))
