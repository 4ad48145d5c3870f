# SPDX-License-Identifier: Apache-2.0
"""The files of the metadata tree: path → bytes, the same for config drive and metadata service.

Every dated version directory that the public contract names holds the same documents as `latest`:
fields are only ever added, and guests ignore what they don't know.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from nova_cells.objects import Machine

OPENSTACK_VERSIONS = ("2012-08-10", "2013-04-04", "2013-10-17", "2015-10-15", "2016-06-30")
OPENSTACK_VERSIONS += ("2016-10-06", "2017-02-22", "2018-08-27", "2020-10-14", "latest")
EC2_VERSIONS = ("2009-04-04", "latest")


def guest_files(machine: Machine) -> dict[str, bytes]:
    """Everything the guest may read, by path."""
    openstack = _openstack(machine)
    files = {
        f"openstack/{version}/{name}": content
        for version in OPENSTACK_VERSIONS
        for name, content in openstack.items()
    }
    for version in EC2_VERSIONS:
        files |= {f"ec2/{version}/{name}": body for name, body in _ec2(machine).items()}
    for index, entry in enumerate(machine.guest_data.get("personality") or ()):
        files[_content_path(index)] = _decoded(entry["contents"])
    return files


def meta_data(machine: Machine) -> dict[str, Any]:
    """The document `openstack/latest/meta_data.json`."""
    data = machine.guest_data
    keys = data.get("keys") or []
    document: dict[str, Any] = {
        "uuid": machine.uuid,
        "hostname": data.get("hostname") or machine.name,
        "name": data.get("name") or machine.name,
        "project_id": data.get("project_id") or machine.project_id,
        "availability_zone": data.get("availability_zone"),
        "launch_index": data.get("launch_index") or 0,
        "meta": data.get("metadata") or {},
        "keys": keys,
        "public_keys": {key["name"]: key["data"] for key in keys if key.get("type") != "x509"},
        "devices": data.get("devices") or [],
        "dedicated_cpus": data.get("dedicated_cpus") or [],
    }
    if machine.admin_password:
        document["admin_pass"] = machine.admin_password
    if files := data.get("personality"):
        document["files"] = [
            {"path": entry["path"], "content_path": "/" + _content_path(index).split("/", 1)[1]}
            for index, entry in enumerate(files)
        ]
    return document


def _openstack(machine: Machine) -> dict[str, bytes]:
    data = machine.guest_data
    documents: dict[str, Any] = {
        "meta_data.json": meta_data(machine),
        "network_data.json": data.get("network_data")
        or {"links": [], "networks": [], "services": []},
        "vendor_data.json": data.get("vendor_data") or {},
        "vendor_data2.json": data.get("vendor_data2") or {},
    }
    files = {name: json.dumps(document).encode() for name, document in documents.items()}
    if data.get("user_data"):
        files["user_data"] = _decoded(data["user_data"])
    return files


def _ec2(machine: Machine) -> dict[str, bytes]:
    data = machine.guest_data
    number = f"{int(machine.uuid.replace('-', '')[:8], 16):08x}"
    document = {
        "ami-id": "ami-00000001",
        "ami-launch-index": data.get("launch_index") or 0,
        "ami-manifest-path": "FIXED",
        "block-device-mapping": {"ami": "vda", "root": "/dev/vda"},
        "hostname": data.get("hostname") or machine.name,
        "instance-action": "none",
        "instance-id": f"i-{number}",
        "instance-type": data.get("instance_type") or "",
        "local-hostname": data.get("hostname") or machine.name,
        "local-ipv4": data.get("local_ipv4") or "",
        "placement": {"availability-zone": data.get("availability_zone")},
        "public-hostname": data.get("hostname") or machine.name,
        "public-ipv4": "",
        "public-keys": _ec2_keys(data.get("keys") or []),
        "reservation-id": data.get("reservation_id") or "",
        "security-groups": data.get("security_groups") or [],
    }
    files = {"meta-data.json": json.dumps(document).encode()}
    if data.get("user_data"):
        files["user-data"] = _decoded(data["user_data"])
    return files


def _ec2_keys(keys: list[dict[str, str]]) -> dict[str, Any]:
    return {
        str(index): {"_name": f"{index}={key['name']}", "openssh-key": key["data"]}
        for index, key in enumerate(keys)
        if key.get("type") != "x509"
    }


def _content_path(index: int) -> str:
    return f"openstack/content/{index:04d}"


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return text.encode()
