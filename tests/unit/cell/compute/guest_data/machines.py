# SPDX-License-Identifier: Apache-2.0
"""Machines with guest data, for the tests of both trees."""

from __future__ import annotations

from typing import Any

from nova_cells.objects import Machine

UUID = "5d0c3a52-90f4-4e0b-8f0e-4b1f2b4a7f11"
NIC = {
    "id": "7a7f0a4e-1111-4222-8333-444455556666",
    "mac": "fa:16:3e:01:02:03",
    "network_id": "a5a5a5a5-0000-4000-8000-000000000001",
    "label": "private",
    "tag": "front",
    "mtu": 1450,
    "bridge": "br0",
    "addresses": [
        {"address": "10.1.2.3", "version": 4, "prefix": 20},
        {"address": "fd00::3", "version": 6, "prefix": 64},
    ],
    "gateway": "10.1.0.1",
    "dns": ["10.1.0.2", "fd00::2"],
    "model": None,
}
FULL = {
    "hostname": "web-server",
    "name": "Web server",
    "metadata": {"colour": "grün"},
    "keys": [
        {"name": "mine", "type": "ssh", "data": "ssh-rsa AAA me"},
        {"name": "win", "type": "x509", "data": "-----BEGIN"},
    ],
    "user_data": "IyEvYmluL3NoCg==",
    "personality": [{"path": "/etc/motd", "contents": "aGVsbG8="}],
    "availability_zone": "az1",
    "instance_type": "m1.tiny",
    "reservation_id": "r-1",
    "security_groups": ["default", "web"],
    "devices": [
        {"type": "nic", "mac": NIC["mac"], "tags": ["front"], "vlan": 7, "vf_trusted": True}
    ],
    "password": "c2VjcmV0",
}


def machine(**data: Any) -> Machine:
    """A machine; some names are its own fields, the others guest data."""
    own = {name: data.pop(name) for name in ("nics", "image", "swap_mb") if name in data}
    return Machine(
        uuid=UUID,
        epoch=1,
        name="Web server",
        project_id="p1",
        user_id="u1",
        vcpus=1,
        memory_mb=64,
        root_gb=1,
        ephemeral_gb=1,
        admin_password=data.pop("admin_password", None),
        guest_data=data,
        **{"image": None, **own},
    )
