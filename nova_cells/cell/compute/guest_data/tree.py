# SPDX-License-Identifier: Apache-2.0
"""Both trees together: all files of a config drive, and what the metadata service has at a path.

A path is looked up in what there is and never joined to anything: there is nothing to climb out
of.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from nova_cells.cell.compute.guest_data import ec2, versions
from nova_cells.cell.compute.guest_data.openstack import OpenStackTree, decoded
from nova_cells.objects import Machine

ON_DRIVE = ("2009-04-04", versions.LATEST)
"""The versions of EC2's tree that a config drive has."""

TEXT = "text/plain; charset=utf-8"
JSON = "application/json"
BYTES = "application/octet-stream"


def guest_files(machine: Machine, seed: str | None = None) -> dict[str, bytes]:
    """Everything on the guest's config drive, by path."""
    tree = OpenStackTree(machine, on_drive=True, **({"seed": seed} if seed else {}))
    files: dict[str, bytes] = {}
    for version in versions.OPENSTACK:
        for name in tree.names(version):
            files[f"openstack/{version}/{name}"] = tree.read(version, name) or b""
    for name, content in tree.contents().items():
        files[f"openstack/content/{name}"] = content
    for version in ON_DRIVE:
        document = json.dumps(ec2.meta_data(machine, version)).encode()
        files[f"ec2/{version}/meta-data.json"] = document
        if machine.guest_data.get("user_data"):
            files[f"ec2/{version}/user-data"] = decoded(machine.guest_data["user_data"])
    return files


@dataclass(frozen=True)
class Page:
    """What the service answers."""

    body: bytes
    kind: str = TEXT


@dataclass(frozen=True)
class Served:
    """What a guest finds at the metadata service."""

    machine: Machine
    tree: OpenStackTree = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "tree", OpenStackTree(self.machine))

    def page(self, path: list[str]) -> Page | None:
        """The file at a path, or the names in the folder there; None where there is nothing."""
        if path[:1] == ["openstack"]:
            return self._openstack(path[1:])
        return self._ec2(path)

    def _openstack(self, path: list[str]) -> Page | None:
        match path:
            case []:
                return _text("\n".join(versions.OPENSTACK))
            case ["content", name]:
                content = self.tree.contents().get(name)
                return None if content is None else Page(content, BYTES)
            case [version] if version in versions.OPENSTACK:
                return _text("\n".join(self.tree.names(version)))
            case [version, name] if version in versions.OPENSTACK:
                body = self.tree.read(version, name)
                return None if body is None else Page(body, _kind(name))
        return None

    def _ec2(self, path: list[str]) -> Page | None:
        user_data = self.machine.guest_data.get("user_data")
        match path:
            case []:
                return _text("\n".join(versions.EC2))
            case [version] if version in versions.EC2:
                return _text("meta-data/\nuser-data" if user_data else "meta-data/")
            case [version, "user-data"] if version in versions.EC2 and user_data:
                return Page(decoded(user_data), BYTES)
            case [version, "meta-data", *rest] if version in versions.EC2:
                found = ec2.walk(ec2.meta_data(self.machine, version), rest)
                return None if found is None else _text(found)
        return None


def takes_password(path: list[str]) -> bool:
    """Whether a guest hands its password in at this path."""
    match path:
        case ["openstack", version, "password"] if version in versions.OPENSTACK:
            return versions.has(version, versions.FILES["password"])
    return False


def _kind(name: str) -> str:
    if name.endswith(".json"):
        return JSON
    return BYTES if name == "user_data" else TEXT


def _text(text: str) -> Page:
    return Page(text.encode())
