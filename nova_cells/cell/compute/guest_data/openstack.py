# SPDX-License-Identifier: Apache-2.0
"""OpenStack's tree: the files of each version, and the documents in them.

The administrator's password is told on a config drive only: whoever can ask for the metadata of a
guest, as any program in it can, must not read it there.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
from dataclasses import dataclass, field
from typing import Any

from nova_cells.cell.compute.guest_data import versions
from nova_cells.cell.compute.guest_data.network import network_data
from nova_cells.objects import Machine

Document = dict[str, Any]
SEED_BYTES = 512


def _fresh_seed() -> str:
    return base64.b64encode(os.urandom(SEED_BYTES)).decode()


@dataclass(frozen=True)
class OpenStackTree:
    """`on_drive`: whether it is for a config drive. `seed` is the guest's random seed."""

    machine: Machine
    on_drive: bool = False
    seed: str = field(default_factory=_fresh_seed)

    def names(self, version: str) -> list[str]:
        """The files of a version."""
        here = {name for name, since in versions.FILES.items() if versions.has(version, since)}
        if self.on_drive:
            here.discard("password")
        if not self.machine.guest_data.get("user_data"):
            here.discard("user_data")
        return sorted(here)

    def read(self, version: str, name: str) -> bytes | None:
        """A file, if the version has it."""
        if name not in self.names(version):
            return None
        data = self.machine.guest_data
        if name == "user_data":
            return decoded(data["user_data"])
        if name == "password":
            return str(data.get("password") or "").encode()
        return json.dumps(self._document(version, name)).encode()

    def contents(self) -> dict[str, bytes]:
        """The files a user had put in, by the name meta_data.json has for them."""
        files = self.machine.guest_data.get("personality") or ()
        return {f"{index:04d}": decoded(entry["contents"]) for index, entry in enumerate(files)}

    def _document(self, version: str, name: str) -> Document:
        data = self.machine.guest_data
        if name == "meta_data.json":
            return self.meta_data(version)
        if name == "network_data.json":
            return data.get("network_data") or network_data(self.machine.nics)
        return data.get(name.removesuffix(".json")) or {}

    def meta_data(self, version: str = versions.LATEST) -> Document:
        """The document meta_data.json."""
        machine, data = self.machine, self.machine.guest_data
        keys = data.get("keys") or []
        document: Document = {
            "uuid": machine.uuid,
            "hostname": data.get("hostname") or machine.name,
            "name": data.get("name") or machine.name,
            "availability_zone": data.get("availability_zone"),
            "launch_index": data.get("launch_index") or 0,
            "meta": data.get("metadata") or {},
            "keys": keys,
            "public_keys": {key["name"]: key["data"] for key in keys if key.get("type") != "x509"},
            "project_id": data.get("project_id") or machine.project_id,
            "random_seed": self.seed,
            "devices": self._devices(version),
            "dedicated_cpus": data.get("dedicated_cpus") or [],
        }
        if self.on_drive and machine.admin_password:
            document["admin_pass"] = machine.admin_password
        if files := data.get("personality"):
            document["files"] = [
                {"path": entry["path"], "content_path": f"/content/{index:04d}"}
                for index, entry in enumerate(files)
            ]
        return versions.only(version, document, versions.FIELDS)

    def _devices(self, version: str) -> list[Document]:
        known = self.machine.guest_data.get("devices") or []
        return [versions.only(version, device, versions.DEVICE_FIELDS) for device in known]


def decoded(text: str) -> bytes:
    """What a user gave as base64; as it is where it is none."""
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return text.encode()
