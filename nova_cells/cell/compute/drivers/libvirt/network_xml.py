# SPDX-License-Identifier: Apache-2.0
"""Definitions of the local network, of its entries and of the filter that keeps guests honest.

Everything about a network follows from what an interface on it says and from the deployment, so
that each host makes the same one and a guest finds it wherever it goes.
"""

from __future__ import annotations

import hashlib
import uuid as uuids
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

Nic = dict[str, Any]

METADATA = "169.254.169.254"
FILTER = "nova-cells-guest-1"
_SPACE = uuids.UUID("b7e0a2a4-2c0b-4d2e-8a5f-0d9a0e6f5a11")
_DNSMASQ = "http://libvirt.org/schemas/network/dnsmasq/1.0"
ElementTree.register_namespace("dnsmasq", _DNSMASQ)


def uuid_of(deployment: str, network_id: str) -> str:
    """libvirt's id of a network: one half says whose it is, the other which."""
    return str(uuids.UUID(hex=_half(deployment) + _half(network_id)))


def is_ours(uuid: str, deployment: str) -> bool:
    """Whether a network of this id is of this deployment's making."""
    return uuids.UUID(uuid).hex.startswith(_half(deployment))


def _half(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def name_of(deployment: str, network_id: str) -> str:
    return f"nova-cells-{_half(deployment)[:8]}-{_half(network_id)[:8]}"


def bridge_of(deployment: str, network_id: str) -> str:
    """Devices have names of 15 letters at most."""
    return f"ncl{_half(deployment)[:6]}{_half(network_id)[:6]}"


def network_xml(deployment: str, nic: Nic) -> str:
    """The network an interface is on."""
    network_id = nic["network_id"]
    made = Element("network")
    SubElement(made, "name").text = name_of(deployment, network_id)
    SubElement(made, "uuid").text = uuid_of(deployment, network_id)
    if nic["forward"] != "none":
        SubElement(made, "forward", mode=nic["forward"])
    SubElement(made, "bridge", name=bridge_of(deployment, network_id), stp="off", delay="0")
    SubElement(made, "mtu", size=str(nic["mtu"]))
    SubElement(made, "domain", name=nic["domain"], localOnly="yes")
    own = {"address": nic["gateway"], "prefix": str(nic["addresses"][0]["prefix"])}
    SubElement(made, "ip", own)
    SubElement(made, "ip", address=METADATA, prefix="32")
    options = SubElement(made, f"{{{_DNSMASQ}}}options")
    for text in _dhcp_options(nic):
        SubElement(options, f"{{{_DNSMASQ}}}option", value=text)
    return ElementTree.tostring(made, encoding="unicode")


def _dhcp_options(nic: Nic) -> list[str]:
    """The way to the metadata service; a guest that hears of routes looks at no other option."""
    routes = [METADATA + "/32", nic["gateway"]]
    if nic["forward"] != "none":
        routes += ["0.0.0.0/0", nic["gateway"]]
    found = ["dhcp-option=121," + ",".join(routes)]
    if nic["dns"]:
        found.append("dhcp-option=6," + ",".join(nic["dns"]))
    return found


def entry_xml(mac: str, address: str, name: str) -> str:
    """What a guest is given by DHCP."""
    return ElementTree.tostring(Element("host", mac=mac, ip=address, name=name), encoding="unicode")


def entries(network: Element) -> list[dict[str, str]]:
    """The guests a network's definition has."""
    return [dict(host.attrib) for host in network.iterfind("ip/dhcp/host")]


def add_source(interface: Element, deployment: str, nic: Nic) -> None:
    """Have an interface of a guest on the network, and speak for itself alone."""
    interface.set("type", "network")
    SubElement(interface, "source", network=name_of(deployment, nic["network_id"]))
    reference = SubElement(interface, "filterref", filter=FILTER)
    for each in nic["addresses"]:
        SubElement(reference, "parameter", name="IP", value=each["address"])


def filter_xml() -> str:
    """What leaves a guest has its MAC and its address; it may ask for one before it has it."""
    made = Element("filter", name=FILTER, chain="root")
    SubElement(made, "uuid").text = str(uuids.uuid5(_SPACE, FILTER))
    for priority, (action, kind, negated, values) in enumerate(_RULES, -500):
        words = {"action": action, "direction": "out", "priority": str(priority)}
        rule = SubElement(made, "rule", words)
        SubElement(rule, kind, {**({"match": "no"} if negated else {}), **values})
    return ElementTree.tostring(made, encoding="unicode")


_ASKING = {"srcipaddr": "0.0.0.0", "dstipaddr": "255.255.255.255", "protocol": "udp"}
_RULES: tuple[tuple[str, str, bool, dict[str, str]], ...] = (
    ("drop", "mac", True, {"srcmacaddr": "$MAC"}),
    ("accept", "ip", False, {**_ASKING, "srcportstart": "68", "dstportstart": "67"}),
    ("drop", "ip", True, {"srcipaddr": "$IP"}),
    ("drop", "arp", True, {"arpsrcmacaddr": "$MAC"}),
    ("accept", "arp", False, {"arpsrcipaddr": "0.0.0.0"}),
    ("drop", "arp", True, {"arpsrcipaddr": "$IP"}),
    ("accept", "ip", False, {}),
    ("accept", "arp", False, {}),
    ("drop", "mac", False, {}),
)
