# SPDX-License-Identifier: Apache-2.0
"""What a node remembers of the machine on it: whose it is, in which life, and how far it is.

It lies in the node's `instance_info`, which the service forgets when the node is given back; so any
agent that comes to serve the node knows what the last one did.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import orjson

from nova_cells.clients.baremetal import Node
from nova_cells.objects import Machine

KEY = "nova_cells"


@dataclass(frozen=True)
class Mark:
    """`made_of`: digest of what the machine was made of.

    `started`: it was switched on since it was made. A node runs as soon as it is deployed: until it
    was told to, its machine counts as off.
    """

    deployment: str
    epoch: int
    home_generation: int
    made_of: str = ""
    started: bool = False
    wired: bool = False

    @property
    def life(self) -> tuple[int, int]:
        return self.epoch, self.home_generation

    def document(self) -> dict[str, Any]:
        return asdict(self)

    def but(self, **changes: Any) -> Mark:
        return replace(self, **changes)


def mark_for(machine: Machine, deployment: str) -> Mark:
    """Of a machine that is to be made."""
    return Mark(
        deployment,
        machine.epoch,
        machine.home_generation,
        made_of=digest(machine),
        wired=any(nic.get("service") for nic in machine.nics),
    )


def mark_on(node: Node) -> Mark | None:
    """What is written on the node; None where nothing is, or what is there is not ours to read."""
    found = node.instance_info.get(KEY)
    if node.instance_uuid is None or not isinstance(found, Mapping):
        return None
    try:
        return Mark(
            str(found["deployment"]),
            int(found["epoch"]),
            int(found["home_generation"]),
            str(found.get("made_of", "")),
            bool(found.get("started")),
            bool(found.get("wired")),
        )
    except (KeyError, TypeError, ValueError):
        return None


def digest(machine: Machine) -> str:
    """Equal for machines that would be made alike. It tells nothing of the secrets among them."""
    image = machine.image.document() if machine.image else None
    parts = [machine.uuid, machine.name, image, machine.guest_data, machine.config_drive]
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()
