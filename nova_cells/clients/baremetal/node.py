# SPDX-License-Identifier: Apache-2.0
"""One node as the bare metal service last told it.

Only these fields are asked for: a list of thousands is fetched again and again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

FIELDS = (
    "uuid",
    "instance_uuid",
    "provision_state",
    "target_provision_state",
    "power_state",
    "target_power_state",
    "maintenance",
    "maintenance_reason",
    "reservation",
    "retired",
    "resource_class",
    "traits",
    "properties",
    "instance_info",
    "console_interface",
    "rescue_interface",
    "last_error",
)
_DEFAULTS: dict[str, Any] = {"traits": [], "properties": {}, "instance_info": {}}


@dataclass(frozen=True, slots=True)
class Node:
    """Names are Ironic's own; `reservation` is the conductor that works on it just now."""

    uuid: str
    instance_uuid: str | None = None
    provision_state: str | None = None
    target_provision_state: str | None = None
    power_state: str | None = None
    target_power_state: str | None = None
    maintenance: bool = False
    maintenance_reason: str | None = None
    reservation: str | None = None
    retired: bool = False
    resource_class: str | None = None
    traits: tuple[str, ...] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)
    instance_info: Mapping[str, Any] = field(default_factory=dict)
    console_interface: str | None = None
    rescue_interface: str | None = None
    last_error: str | None = None

    @staticmethod
    def of(document: Mapping[str, Any]) -> Node:
        """From its document; TypeError or KeyError where that is none of a node."""
        values = {name: document.get(name) or _DEFAULTS.get(name) for name in FIELDS}
        values["uuid"] = str(document["uuid"])
        values["maintenance"] = bool(document.get("maintenance"))
        values["retired"] = bool(document.get("retired"))
        values["traits"] = tuple(str(trait) for trait in values["traits"])
        for name in ("properties", "instance_info"):
            if not isinstance(values[name], Mapping):
                raise TypeError(f"{name} of node {values['uuid']} is no document")
        return Node(**values)
