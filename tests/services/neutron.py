# SPDX-License-Identifier: Apache-2.0
"""Neutron's twin: networks, subnets, ports with bindings, security groups, floating addresses.

`contract_network` says what it has in common with the real one; both are held to it.
"""

from __future__ import annotations

import ipaddress
from typing import Any

from tests.services.neutron_ports import DETAILS, Ports
from tests.services.twin import Asked, Document, Refused, Twin, cut, fits, new_id

EXTENSIONS = (
    *("binding", "binding-extended", "security-group", "port-security", "external-net", "router"),
    *("auto-allocated-topology", "dns-integration", "port-resource-request", "net-mtu"),
    *(
        "qos",
        "qos-bw-minimum-ingress",
        "revision-if-match",
        "standard-attr-revisions",
        "standard-attr-timestamp",
        "quotas",
    ),
)


class Neutron(Twin):
    """`chassis`: hosts that ports can be bound on. `quota`: ports a project may have.

    `plugs`: a port becomes active by itself once it is bound; else `ports.plug` makes it so.
    `details`: what hosts are told of a binding.
    """

    host = "neutron.test"

    def __init__(self, chassis: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.chassis = set(chassis)
        self.quota = 500
        self.plugs = False
        self.details: Document = dict(DETAILS)
        self.extensions = list(EXTENSIONS)
        self.networks: dict[str, Document] = {}
        self.subnets: dict[str, Document] = {}
        self.groups: dict[str, Document] = {}
        self.floating: dict[str, Document] = {}
        self.policies: dict[str, Document] = {}
        self.auto_fails = ""
        self.ports = Ports(self)
        self._say_routes()

    def _say_routes(self) -> None:
        self.route("GET", "/extensions", self._extensions)
        self.route("GET", "/networks", self._networks)
        self.route("GET", "/subnets", self._subnets)
        self.route("GET", "/security-groups", self._groups)
        self.route("GET", "/floatingips", self._floating)
        self.route("GET", "/qos/policies/{id}", self._policy)
        self.route("GET", "/auto-allocated-topology/{project}", self._auto)
        self.ports.say_routes(self)

    def worded(self, refused: Refused) -> Document:
        fault = {"type": refused.kind, "message": refused.message, "detail": ""}
        return {"NeutronError": fault}

    def network(self, project: str, cidr: str | None = "10.9.0.0/24", **more: Any) -> Document:
        """Make one, with a subnet where `cidr` is given."""
        network = {
            "id": new_id(),
            "name": "private",
            "project_id": project,
            "tenant_id": project,
            "shared": False,
            "admin_state_up": True,
            "router:external": False,
            "port_security_enabled": True,
            "mtu": 1442,
            "subnets": [],
            "provider:physical_network": None,
            "provider:network_type": "geneve",
            "qos_policy_id": None,
            "revision_number": 1,
            **more,
        }
        self.networks[network["id"]] = network
        if cidr:
            self.subnet(network["id"], cidr)
        return network

    def subnet(self, network_id: str, cidr: str) -> Document:
        """One more on a network."""
        whole = ipaddress.ip_network(cidr)
        subnet = {
            "id": new_id(),
            "network_id": network_id,
            "cidr": cidr,
            "ip_version": whole.version,
            "gateway_ip": str(whole[1]),
            "dns_nameservers": ["9.9.9.9"] if whole.version == 4 else [],
            "host_routes": [],
            "enable_dhcp": True,
            "ipv6_ra_mode": None,
            "ipv6_address_mode": None,
        }
        self.subnets[subnet["id"]] = subnet
        self.networks[network_id]["subnets"].append(subnet["id"])
        return subnet

    def policy(self, network: Document, *rules: Document) -> Document:
        """Have a QoS policy with these rules hold for the ports of a network."""
        policy = {"id": new_id(), "name": "qos", "rules": list(rules)}
        self.policies[policy["id"]] = policy
        network["qos_policy_id"] = policy["id"]
        return policy

    def forget(self, network: Document) -> None:
        """There is no such network any more."""
        del self.networks[network["id"]]
        for subnet in network["subnets"]:
            del self.subnets[subnet]

    def group(self, project: str, name: str) -> Document:
        """A security group."""
        group = {
            "id": new_id(),
            "name": name,
            "description": f"the group {name}",
            "project_id": project,
            "tenant_id": project,
            "security_group_rules": [],
        }
        group["security_group_rules"] = [_rule(group["id"]), _rule(group["id"], "egress")]
        self.groups[group["id"]] = group
        return group

    def default_of(self, project: str) -> str:
        """Every project has one, from the moment somebody asks."""
        for group in self.groups.values():
            if (group["project_id"], group["name"]) == (project, "default"):
                return str(group["id"])
        return str(self.group(project, "default")["id"])

    def float(self, port: Document, address: str) -> Document:
        """Have a floating address lead to a port."""
        fixed = port["fixed_ips"][0]["ip_address"]
        names = {"id": new_id(), "project_id": port["project_id"], "port_id": port["id"]}
        made = {**names, "floating_ip_address": address, "fixed_ip_address": fixed}
        self.floating[made["id"]] = made
        self.ports.say(port, "network-changed")
        return made

    def sees(self, asked: Asked, network: Document) -> bool:
        own = network["project_id"] == asked.project
        return asked.is_admin or own or network["shared"] or network["router:external"]

    def _extensions(self, asked: Asked) -> Document:
        return {"extensions": [{"alias": alias, "name": alias} for alias in self.extensions]}

    def _networks(self, asked: Asked) -> Document:
        seen = [n for n in self.networks.values() if self.sees(asked, n)]
        hidden = () if asked.is_admin else ("provider:physical_network", "provider:network_type")
        shown = [{k: v for k, v in n.items() if k not in hidden} for n in seen]
        return {"networks": _listed(shown, asked)}

    def _subnets(self, asked: Asked) -> Document:
        seen = [
            subnet
            for subnet in self.subnets.values()
            if self.sees(asked, self.networks[subnet["network_id"]])
        ]
        return {"subnets": _listed(seen, asked)}

    def _groups(self, asked: Asked) -> Document:
        if asked.project:
            self.default_of(asked.project)
        seen = [g for g in self.groups.values() if _own(asked, g)]
        return {"security_groups": _listed(seen, asked)}

    def _floating(self, asked: Asked) -> Document:
        seen = [f for f in self.floating.values() if _own(asked, f)]
        return {"floatingips": _listed(seen, asked)}

    def _policy(self, asked: Asked, name: str) -> Document:
        if name not in self.policies:
            raise Refused(404, "QosPolicyNotFound", f"QoS policy {name} could not be found.")
        return {"policy": self.policies[name]}

    def _auto(self, asked: Asked, project: str) -> Document:
        if self.auto_fails:
            raise Refused(409, "AutoAllocationFailure", f"Deployment error: {self.auto_fails}.")
        if "dry-run" in asked.query.get("fields", ()):
            return _topology("dry-run=pass", project)
        for network in self.networks.values():
            if network["name"] == "auto_allocated_network" and network["project_id"] == project:
                return _topology(network["id"], project)
        return _topology(self.network(project, name="auto_allocated_network")["id"], project)


def _listed(things: list[Document], asked: Asked) -> list[Document]:
    return [cut(thing, asked.query) for thing in things if fits(thing, asked.query)]


def _own(asked: Asked, thing: Document) -> bool:
    return asked.is_admin or thing["project_id"] == asked.project


def _topology(network_id: str, project: str) -> Document:
    return {"auto_allocated_topology": {"id": network_id, "tenant_id": project}}


def _rule(group: str, direction: str = "ingress") -> Document:
    return {
        "id": new_id(),
        "security_group_id": group,
        "direction": direction,
        "ethertype": "IPv4",
        "protocol": None,
        "port_range_min": None,
        "port_range_max": None,
        "remote_ip_prefix": None,
        "remote_group_id": group if direction == "ingress" else None,
    }
