# SPDX-License-Identifier: Apache-2.0
"""Ports of Neutron's twin, and their bindings to hosts."""

from __future__ import annotations

import ipaddress
import time
from typing import Any

from tests.services.twin import Asked, Document, Refused, Twin, cut, fits, new_id, numbers

OF_ADMINS = (
    *("binding:host_id", "binding:profile", "binding:vif_type", "binding:vif_details"),
    "resource_request",
)
MINIMUMS = {
    "minimum_bandwidth": "NET_BW_EGR_KILOBIT_PER_SEC",
    "minimum_packet_rate": "NET_PACKET_RATE_KILOPACKET_PER_SEC",
}
DETAILS = {"port_filter": True, "ovs_create_tap": True, "bridge_name": "br-int"}
_MACS, _TIMES = numbers(1), numbers(1)


class Ports:
    """`known`: id → port as administrators see it; `bindings`: id → host → binding."""

    def __init__(self, neutron: Any) -> None:
        self._neutron = neutron
        self.known: dict[str, Document] = {}
        self.bindings: dict[str, dict[str, Document]] = {}

    def say_routes(self, twin: Twin) -> None:
        twin.route("GET", "/ports", self._list)
        twin.route("POST", "/ports", self._create)
        twin.route("GET", "/ports/{id}", self._show)
        twin.route("PUT", "/ports/{id}", self._update)
        twin.route("DELETE", "/ports/{id}", self._delete)
        twin.route("GET", "/ports/{id}/bindings", self._list_bindings)
        twin.route("POST", "/ports/{id}/bindings", self._bind)
        twin.route("PUT", "/ports/{id}/bindings/{host}/activate", self._activate)
        twin.route("DELETE", "/ports/{id}/bindings/{host}", self._unbind)

    def make(self, project: str, network: Document, **more: Any) -> Document:
        """One that a test finds there."""
        body = {"network_id": network["id"], "project_id": project, **more}
        asked = Asked("POST", "/ports", body={"port": body})
        port: Document = self.known[self._create(asked)["port"]["id"]]
        return port

    def plug(self, port: Document, status: str = "ACTIVE") -> None:
        """Its host has wired it, or ("DOWN") has it no more."""
        if port["status"] != status:
            port["status"] = status
            self.say(port, "network-vif-plugged" if status == "ACTIVE" else "network-vif-unplugged")

    def say(self, port: Document, name: str) -> None:
        """Tell whoever has it; a port that nobody has is nobody's news."""
        if port["device_id"]:
            event = {"name": name, "server_uuid": port["device_id"], "tag": port["id"]}
            self._neutron.tell(**event, status="completed")

    def of(self, uuid: str) -> list[Document]:
        """Those of a server."""
        return [port for port in self.known.values() if port["device_id"] == uuid]

    def _seen(self, asked: Asked, port: Document) -> bool:
        owner = self._neutron.networks[port["network_id"]]["project_id"]
        return asked.is_admin or asked.project in (port["project_id"], owner)

    def _shown(self, asked: Asked, port: Document) -> Document:
        hidden = () if asked.is_admin else OF_ADMINS
        return cut({k: v for k, v in port.items() if k not in hidden}, asked.query)

    def _list(self, asked: Asked) -> Document:
        query = dict(asked.query)
        address = [each.partition("=")[2] for each in query.pop("fixed_ips", ())]
        found = [p for p in self.known.values() if self._seen(asked, p) and fits(p, query)]
        if address:
            found = [p for p in found if address[0] in [f["ip_address"] for f in p["fixed_ips"]]]
        return {"ports": [self._shown(asked, port) for port in found]}

    def _get(self, asked: Asked, name: str) -> Document:
        port = self.known.get(name)
        if port is None or not self._seen(asked, port):
            raise Refused(404, "PortNotFound", f"Port {name} could not be found.")
        return port

    def _show(self, asked: Asked, name: str) -> Document:
        return {"port": self._shown(asked, self._get(asked, name))}

    def _create(self, asked: Asked) -> Document:
        body = asked.body["port"]
        self._refuse_others(asked, body)
        network = self._neutron.networks.get(body["network_id"])
        if network is None or not self._neutron.sees(asked, network):
            name = body["network_id"]
            raise Refused(404, "NetworkNotFound", f"Network {name} could not be found.")
        project = body.get("project_id") or asked.project
        mine = sum(port["project_id"] == project for port in self.known.values())
        if mine >= self._neutron.quota:
            raise Refused(409, "OverQuota", "Quota exceeded for resources: ['port'].")
        port = {
            "id": new_id(),
            "name": "",
            "network_id": network["id"],
            "project_id": project,
            "tenant_id": project,
            "mac_address": _mac(),
            "admin_state_up": True,
            "status": "DOWN",
            "device_id": "",
            "device_owner": "",
            "fixed_ips": self._addresses(network, body.get("fixed_ips")),
            "security_groups": self._groups(network, project, body),
            "port_security_enabled": network["port_security_enabled"],
            "ip_allocation": "immediate",
            "binding:vnic_type": "normal",
            "binding:host_id": "",
            "binding:profile": {},
            "dns_name": "",
            "resource_request": self._request(network),
            "created_at": f"{time.strftime('%Y-%m-%dT%H:%M:%S')}.{next(_TIMES):06}",
            "revision_number": 1,
        }
        self.known[port["id"]] = port
        self.bindings[port["id"]] = {}
        self._set(port, {k: v for k, v in body.items() if k not in ("fixed_ips",)})
        return {"port": self._shown(asked, port)}

    def _request(self, network: Document) -> Document | None:
        """What its network's QoS policy has it ask for."""
        policy = self._neutron.policies.get(network["qos_policy_id"], {})
        minimums = [rule for rule in policy.get("rules", ()) if rule["type"] in MINIMUMS]
        if not minimums:
            return None
        asked = {MINIMUMS[rule["type"]]: rule.get("min_kbps", 1) for rule in minimums}
        group = {"id": new_id(), "required": ["CUSTOM_VNIC_TYPE_NORMAL"], "resources": asked}
        return {"request_groups": [group], "same_subtree": [group["id"]]}

    def _update(self, asked: Asked, name: str) -> Document:
        port, changes = self._get(asked, name), asked.body["port"]
        self._refuse_others(asked, changes)
        match = asked.headers.get("if-match", "").partition("=")[2]
        if match and int(match) != port["revision_number"]:
            reason = f"Constrained to {match}, but current revision is {port['revision_number']}"
            raise Refused(412, "RevisionNumberConstraintFailed", reason)
        active = any(b["status"] == "ACTIVE" for b in self.bindings[name].values())
        if self.bindings[name] and not active:  # its active binding was taken away
            raise Refused(404, "PortNotFound", f"Port {name} could not be found.")
        if "security_groups" in changes:
            self._known_groups(changes["security_groups"])
        self._set(port, changes)
        return {"port": self._shown(asked, port)}

    def _set(self, port: Document, changes: Document) -> None:
        if changes.get("binding:host_id") not in (None, port["binding:host_id"]):
            port["status"] = "DOWN"  # nobody is told: whoever binds it reads it in the answer
        port.update({k: v for k, v in changes.items() if k in port})
        port["revision_number"] += 1
        host = port["binding:host_id"]
        kept = {h: b for h, b in self.bindings[port["id"]].items() if b["status"] != "ACTIVE"}
        binding = self._binding(host, port)
        if host:
            kept[host] = {**binding, "status": "ACTIVE"}
        self.bindings[port["id"]] = kept
        port["binding:vif_type"] = binding["vif_type"]
        port["binding:vif_details"] = binding["vif_details"]
        if not host:
            self.plug(port, "DOWN")
        elif self._neutron.plugs and binding["vif_type"] == "ovs":
            self.plug(port)

    def _delete(self, asked: Asked, name: str) -> None:
        port = self._get(asked, name)
        del self.known[port["id"]], self.bindings[port["id"]]
        self.say(port, "network-vif-deleted")

    def _binding(self, host: str, port: Document) -> Document:
        fits_here = host in self._neutron.chassis
        kind = "ovs" if fits_here else "binding_failed" if host else "unbound"
        return {
            "host": host,
            "vif_type": kind,
            "vif_details": dict(self._neutron.details) if fits_here else {},
            "vnic_type": port["binding:vnic_type"],
            "profile": port["binding:profile"],
            "status": "INACTIVE",
        }

    def _list_bindings(self, asked: Asked, name: str) -> Document:
        self._get(asked, name)
        found = self.bindings[name].values()
        return {"bindings": [b for b in found if fits(b, asked.query)]}

    def _bind(self, asked: Asked, name: str) -> Document:
        port, host = self._get(asked, name), asked.body["binding"]["host"]
        if host in self.bindings[name]:
            reason = f"Binding for port {name} on host {host} already exists."
            raise Refused(409, "PortBindingAlreadyExists", reason)
        binding = self._binding(host, port)
        binding["profile"] = asked.body["binding"].get("profile") or {}
        if binding["vif_type"] != "ovs":
            reason = f"Binding for port {name} on host {host} could not be created or updated."
            raise Refused(500, "PortBindingError", reason)
        self.bindings[name][host] = binding
        return {"binding": binding}

    def _activate(self, asked: Asked, name: str, host: str) -> Document:
        port = self._get(asked, name)
        binding = self._there(name, host)
        if binding["status"] == "ACTIVE":
            reason = f"Binding for port {name} on host {host} is already active."
            raise Refused(409, "PortBindingAlreadyActive", reason)
        for other in self.bindings[name].values():
            other["status"] = "INACTIVE"
        binding["status"] = "ACTIVE"
        port["binding:host_id"], port["binding:profile"] = host, binding["profile"]
        port["revision_number"] += 1
        return {"binding": binding}

    def _unbind(self, asked: Asked, name: str, host: str) -> None:
        self._there(name, host)
        del self.bindings[name][host]

    def _there(self, name: str, host: str) -> Document:
        binding = self.bindings.get(name, {}).get(host)
        if binding is None:
            reason = f"Binding for port {name} for host {host} could not be found."
            raise Refused(404, "PortBindingNotFound", reason)
        return binding

    def _refuse_others(self, asked: Asked, body: Document) -> None:
        named = next((k for k in body if k in OF_ADMINS), None)
        if named and not asked.is_admin:
            rule = f"rule:create_port:{named} is disallowed by policy"
            raise Refused(403, "PolicyNotAuthorized", rule)

    def _groups(self, network: Document, project: str, body: Document) -> list[str]:
        named = body.get("security_groups")
        if named is not None:
            self._known_groups(named)
            return list(named)
        return [self._neutron.default_of(project)] if network["port_security_enabled"] else []

    def _known_groups(self, ids: list[str]) -> None:
        for one in ids:
            if one not in self._neutron.groups:
                reason = f"Security group {one} does not exist"
                raise Refused(404, "SecurityGroupNotFound", reason)

    def _addresses(self, network: Document, wished: list[Document] | None) -> list[Document]:
        if wished is not None:
            return [self._wished(network, each["ip_address"]) for each in wished]
        found = []
        for name in network["subnets"]:
            subnet = self._neutron.subnets[name]
            if subnet["ip_version"] in [s["ip_version"] for s in found]:
                continue
            free = (str(a) for a in ipaddress.ip_network(subnet["cidr"]).hosts())
            taken = self._taken(network["id"]) | {subnet["gateway_ip"]}
            address = next((a for a in free if a not in taken), None)
            if address is None:
                reason = f"No more IP addresses available on network {network['id']}."
                raise Refused(409, "IpAddressGenerationFailure", reason)
            version = subnet["ip_version"]
            found.append({"subnet_id": name, "ip_address": address, "ip_version": version})
        return [{k: v for k, v in each.items() if k != "ip_version"} for each in found]

    def _wished(self, network: Document, text: str) -> Document:
        address = ipaddress.ip_address(text)
        for name in network["subnets"]:
            if address in ipaddress.ip_network(self._neutron.subnets[name]["cidr"]):
                if text in self._taken(network["id"]):
                    reason = f"IP address {text} already allocated in subnet {name}"
                    raise Refused(409, "IpAddressAlreadyAllocated", reason)
                return {"subnet_id": name, "ip_address": text}
        reason = f"IP address {text} is not a valid IP for any of the subnets on the network."
        raise Refused(400, "InvalidIpForNetwork", reason)

    def _taken(self, network_id: str) -> set[str]:
        mine = [p for p in self.known.values() if p["network_id"] == network_id]
        return {fixed["ip_address"] for port in mine for fixed in port["fixed_ips"]}


def _mac() -> str:
    number = next(_MACS)
    return f"fa:16:3e:{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"
