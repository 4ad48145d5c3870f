# SPDX-License-Identifier: Apache-2.0
"""EC2's tree: folders of small texts. A list in it is a text of lines, a dictionary a folder."""

from __future__ import annotations

import ipaddress
from typing import Any

from nova_cells.cell.compute.guest_data import versions
from nova_cells.objects import Machine

Document = dict[str, Any]
KEY_FILE = "openssh-key"


def meta_data(machine: Machine, version: str = versions.LATEST) -> Document:
    """The folder meta-data of a version."""
    data = machine.guest_data
    hostname = data.get("hostname") or machine.name
    document: Document = {
        "ami-id": _number("ami", machine.image.id if machine.image else None),
        "ami-launch-index": data.get("launch_index") or 0,
        "ami-manifest-path": "(unknown)",
        "block-device-mapping": _block_devices(machine),
        "hostname": hostname,
        "instance-action": "none",
        "instance-id": _number("i", machine.uuid),
        "instance-type": data.get("instance_type") or "",
        "local-hostname": hostname,
        "local-ipv4": data.get("local_ipv4") or _first_address(machine.nics),
        "placement": {"availability-zone": data.get("availability_zone") or ""},
        "public-hostname": hostname,
        "public-ipv4": data.get("public_ipv4") or _first_floating(machine.nics),
        "public-keys": _keys(data.get("keys") or []),
        "reservation-id": data.get("reservation_id") or "",
        "security-groups": data.get("security_groups") or [],
    }
    properties = machine.image_properties()
    for name, prefix in (("kernel", "aki"), ("ramdisk", "ari")):
        if properties.get(f"{name}_id"):
            document[f"{name}-id"] = _number(prefix, properties[f"{name}_id"])
    if not document["public-keys"]:
        del document["public-keys"]
    return versions.only(version, document, versions.EC2_ENTRIES)


def listing(folder: Document) -> str:
    """The names in a folder, folders with a slash; keys are named as their clients expect."""
    lines = []
    for name, entry in sorted(folder.items()):
        if not isinstance(entry, dict):
            lines.append(name)
        elif "_name" in entry:
            lines.append(entry["_name"])
        else:
            lines.append(f"{name}/")
    return "\n".join(line for line in lines if line != "_name")


def walk(folder: Document, path: list[str]) -> str | None:
    """The text at a path, or the names in the folder there."""
    entry: Any = folder
    for name in path:
        if not isinstance(entry, dict) or name not in entry or name == "_name":
            return None
        entry = entry[name]
    if isinstance(entry, dict):
        return listing(entry)
    return "\n".join(str(item) for item in entry) if isinstance(entry, list) else str(entry)


def _number(prefix: str, uuid: str | None) -> str:
    """Ids of EC2 are shorter: the first digits of ours."""
    digits = (uuid or "").replace("-", "")[:8]
    return f"{prefix}-{digits if len(digits) == 8 else '00000000'}"


def _keys(keys: list[dict[str, str]]) -> Document:
    return {
        str(index): {"_name": f"{index}={key['name']}", KEY_FILE: key["data"]}
        for index, key in enumerate(keys)
        if key.get("type") != "x509"
    }


def _block_devices(machine: Machine) -> Document:
    """By what they are for; the names are those a guest with this disk bus sees."""
    root = (machine.guest_data.get("root_device_name") or "/dev/vda").removeprefix("/dev/")
    found = {"ami": root, "root": f"/dev/{root}"}
    following = iter(f"/dev/{root[:-1]}{letter}" for letter in "bcdefghijklmnop")
    for index, _size in enumerate(machine.ephemeral_sizes()):
        found[f"ephemeral{index}"] = next(following)
    if machine.swap_mb:
        found["swap"] = next(following)
    return found


def _first_address(nics: list[Document]) -> str:
    for nic in nics:
        for address in nic.get("addresses") or ():
            if ipaddress.ip_address(address["address"]).version == 4:
                return str(address["address"])
    return ""


def _first_floating(nics: list[Document]) -> str:
    """The address that the network service leads here, if it leads one."""
    return next((str(each["address"]) for nic in nics for each in nic.get("floating") or ()), "")
