# SPDX-License-Identifier: Apache-2.0
"""What of Neutron a caller may see, asked with the caller's token; one request for many things.

Networks are remembered for a short time, for the caller's project and roles only.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nova_cells.clients.network.neutron_reading import Document, NeutronReading
from nova_cells.clients.network.remembered import Remembered

NETWORK = (
    *("id", "name", "subnets", "project_id", "shared", "admin_state_up", "router:external"),
    *("port_security_enabled", "qos_policy_id"),
)
KEPT, ALONE = 10.0, 2.0  # seconds
_AT_ONCE = 50


class NeutronSights:
    """One a process, shared by all threads."""

    def __init__(self, reading: NeutronReading, kept: float = KEPT) -> None:
        self._reading = reading
        self._networks: Remembered[tuple[Any, ...], Document] = Remembered(kept)
        self._own: Remembered[tuple[Any, ...], list[Document]] = Remembered(min(kept, ALONE))

    def networks(self, ctx: Any, ids: Iterable[str]) -> dict[str, Document]:
        """Those of these networks that the caller may see."""
        wanted, found = list(dict.fromkeys(ids)), {}
        for one in wanted:
            if (known := self._networks.get((*_who(ctx), one))) is not None:
                found[one] = known
        missing = [one for one in wanted if one not in found]
        for part in _parts(missing):
            for network in self._reading.listed("network", ctx, id=part, fields=NETWORK):
                if network.get("subnets"):  # who is refused for want of one makes it and asks again
                    self._networks.put((*_who(ctx), network["id"]), network)
                found[network["id"]] = network
        return found

    def own_networks(self, ctx: Any) -> list[Document]:
        """What a server is wired to that names nothing: networks of its project, and shared ones.

        Only one that is alone is remembered, and shortly: who makes a network uses it at once.
        """
        found = self._own.get(_who(ctx))
        if found is None:
            query = {"fields": NETWORK, "admin_state_up": "true"}
            if getattr(ctx, "is_admin", False):
                found = self._reading.listed("network", ctx, project_id=ctx.project_id, **query)
                shared = self._reading.listed("network", ctx, shared="true", **query)
                found += [network for network in shared if network not in found]
            else:
                found = self._reading.listed("network", ctx, **query)
            found = [network for network in found if _is_own(network, ctx)]
            if len(found) == 1 and found[0].get("subnets"):
                self._own.put(_who(ctx), found)
        return found

    def subnets(self, ctx: Any, network_id: str) -> list[Document]:
        fields = ("id", "network_id", "cidr", "ip_version")
        return self._reading.listed("subnet", ctx, network_id=network_id, fields=fields)

    def ports(self, ctx: Any, ids: Iterable[str]) -> dict[str, Document]:
        """Those of these ports that the caller may see."""
        found: dict[str, Document] = {}
        for part in _parts(list(dict.fromkeys(ids))):
            found |= {port["id"]: port for port in self._reading.listed("port", ctx, id=part)}
        return found

    def ports_of(self, ctx: Any, uuid: str) -> list[Document]:
        """Those of a server."""
        return self._reading.listed("port", ctx, device_id=uuid)

    def has_address(self, ctx: Any, network_id: str, address: str) -> list[Document]:
        """The ports that have this address."""
        query = {"network_id": network_id, "fixed_ips": f"ip_address={address}"}
        return self._reading.listed("port", ctx, **query)


def _who(ctx: Any) -> tuple[Any, ...]:
    """Whoever has these sees the same networks."""
    roles = tuple(sorted(getattr(ctx, "roles", ()) or ()))
    return getattr(ctx, "project_id", None), getattr(ctx, "system_scope", None), roles


def _is_own(network: Document, ctx: Any) -> bool:
    return bool(network.get("shared")) or network.get("project_id") == ctx.project_id


def _parts(names: Sequence[str]) -> list[list[str]]:
    return [list(names[i : i + _AT_ONCE]) for i in range(0, len(names), _AT_ONCE)]
