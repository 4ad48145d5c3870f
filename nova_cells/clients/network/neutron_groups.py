# SPDX-License-Identifier: Apache-2.0
"""Security groups of Neutron: by name or id, of a server's ports, as the compute API shows them.

A server has no groups of its own; its ports have.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nova_cells.clients.network.neutron_reading import Document, NeutronReading
from nova_cells.clients.service_faults import Impossible, InUse, NotThere

DEFAULT = "default"
_NAMES = ("id", "name")


class NeutronGroups:
    """Everything with the caller's token."""

    def __init__(self, reading: NeutronReading) -> None:
        self._reading = reading
        self._service = reading.service

    def chosen(self, ctx: Any, names: Sequence[str]) -> list[Document] | None:
        """{"id", "name"} of each; None where it is only the default one, which Neutron knows."""
        if not set(names) - {DEFAULT}:
            return None
        found = [self._resolved(name, known) for name, known in self._look_up(ctx, names)]
        return list({group["id"]: group for group in found}.values())

    def one(self, ctx: Any, name: str) -> Document:
        """Raises NotThere, and InUse where the name is not one group's."""
        [(_, known)] = self._look_up(ctx, [name])
        try:
            return self._resolved(name, known)
        except Impossible as fault:
            raise NotThere(fault.message) from fault

    def _look_up(self, ctx: Any, names: Sequence[str]) -> list[tuple[str, list[Document]]]:
        """For each name the groups it may mean: the one with that id, else those so called."""
        ids = [name for name in names if _is_id(name)]
        by_id = self._listed(ctx, id=ids) if ids else []
        found = {group["id"]: [group] for group in by_id}
        called = [name for name in names if name not in found]
        if called:
            for group in self._listed(ctx, name=called, project_id=ctx.project_id):
                found.setdefault(group["name"], []).append(group)
        return [(name, found.get(name, [])) for name in names]

    def _listed(self, ctx: Any, **query: Any) -> list[Document]:
        found = self._reading.listed("security_group", ctx, fields=_NAMES, **query)
        return [{name: group[name] for name in _NAMES} for group in found]

    def _resolved(self, name: str, known: list[Document]) -> Document:
        if not known:
            raise Impossible(f"Security group {name} not found.")
        if len(known) > 1:
            raise InUse(
                f"Multiple security groups found matching '{name}'. Use an ID to be more specific."
            )
        return known[0]

    def add(self, ctx: Any, uuid: str, ports: Sequence[Document], group: Document) -> None:
        for port in ports:
            if not port.get("port_security_enabled", True) or not port["fixed_ips"]:
                raise Impossible(
                    f"Cannot add security group {group['name']} to {uuid} since the port "
                    f"{port['id']} does not meet security requirements"
                )
        for port in ports:
            have = port.get("security_groups") or []
            if group["id"] not in have:
                self._set(ctx, port, [*have, group["id"]])

    def remove(self, ctx: Any, uuid: str, ports: Sequence[Document], group: Document) -> None:
        had = [port for port in ports if group["id"] in (port.get("security_groups") or [])]
        if not had:
            raise NotThere(
                f"Security group {group['name']} not associated with the instance {uuid}"
            )
        for port in had:
            self._set(ctx, port, [one for one in port["security_groups"] if one != group["id"]])

    def _set(self, ctx: Any, port: Document, groups: list[str]) -> None:
        port["security_groups"] = groups
        path, body = f"/ports/{port['id']}", {"port": {"security_groups": groups}}
        self._service.put(path, body, ctx, again=True)

    def names(self, ctx: Any, ids: Iterable[str]) -> list[str]:
        """Of those that the caller may see."""
        wanted = sorted(set(ids))
        found = self._listed(ctx, id=wanted) if wanted else []
        return sorted(group["name"] for group in found)

    def shown(self, ctx: Any, ids: Iterable[str]) -> list[Document]:
        """As the compute API shows them, with their rules for what comes in."""
        wanted = sorted(set(ids))
        groups = self._reading.listed("security_group", ctx, id=wanted) if wanted else []
        known = {group["id"]: group for group in groups}
        remote = {
            rule["remote_group_id"]
            for group in groups
            for rule in group.get("security_group_rules") or ()
            if rule.get("remote_group_id")
        }
        if missing := sorted(remote - set(known)):
            fields = (*_NAMES, "project_id")
            others = self._reading.listed("security_group", ctx, id=missing, fields=fields)
            known |= {group["id"]: group for group in others}
        return [_shown(group, known) for group in groups]


def _shown(group: Document, known: dict[str, Document]) -> Document:
    rules = group.get("security_group_rules") or ()
    return {
        "id": group["id"],
        "name": group["name"],
        "description": group.get("description") or "",
        "tenant_id": group.get("project_id") or "",
        "rules": [_rule(rule, known) for rule in rules if rule.get("direction") == "ingress"],
    }


def _rule(rule: Document, known: dict[str, Document]) -> Document:
    protocol = rule.get("protocol")
    least, most = rule.get("port_range_min"), rule.get("port_range_max")
    if protocol and least is None and most is None:
        least, most = (1, 65535) if str(protocol).lower() in ("tcp", "udp") else (-1, -1)
    shown: Document = {
        "id": rule.get("id"),
        "parent_group_id": rule.get("security_group_id"),
        "ip_protocol": protocol,
        "from_port": least,
        "to_port": most,
        "group": {},
        "ip_range": {},
    }
    remote = known.get(rule.get("remote_group_id") or "")
    if remote is not None:
        shown["group"] = {"name": remote["name"], "tenant_id": remote.get("project_id")}
    elif not rule.get("remote_group_id"):
        anywhere = "::/0" if rule.get("ethertype") == "IPv6" else "0.0.0.0/0"
        shown["ip_range"] = {"cidr": rule.get("remote_ip_prefix") or anywhere}
    return shown


def _is_id(name: str) -> bool:
    return len(name) == 36 and set(name.lower()) <= set("0123456789abcdef-")
