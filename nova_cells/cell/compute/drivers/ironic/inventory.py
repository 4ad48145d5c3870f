# SPDX-License-Identifier: Apache-2.0
"""What a node has to offer: one of its resource class while it is free, else nothing.

CPUs, memory and disk are told to be shown; nobody gets a part of a node.
"""

from __future__ import annotations

import re
from typing import Any

from nova_cells.cell.compute.drivers.ironic.states import AVAILABLE
from nova_cells.clients.baremetal import Node
from nova_cells.objects import Inventory

_ODD = re.compile(r"[^A-Z0-9]")
ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}


def inventory_of(node: Node, traits: list[str], *, ours: bool) -> Inventory:
    """`ours`: the machine on it is this deployment's."""
    reason = why_not(node, ours=ours)
    architecture = str(node.properties.get("cpu_arch") or "x86_64")
    return Inventory(
        vcpus=_number(node.properties.get("cpus")) or 1,
        memory_mb=_number(node.properties.get("memory_mb")) or 1,
        disk_gb=_number(node.properties.get("local_gb")),
        resources={class_of(node): 1} if reason is None and node.resource_class else {},
        traits=sorted({"COMPUTE_NODE", *traits, *node.traits}),
        hypervisor_type="ironic",
        hypervisor_version=1,
        cpu_info={"arch": architecture},
        architectures=[ARCHITECTURES.get(architecture, architecture)],
        whole=True,
        unavailable=reason,
    )


def why_not(node: Node, *, ours: bool) -> str | None:
    """Why it can take no server, or none after the one that is there."""
    if node.maintenance:
        reason = f": {node.maintenance_reason}" if node.maintenance_reason else ""
        return f"The node is in maintenance{reason}."
    if node.retired:
        return "The node is retired."
    if not node.resource_class:
        return "The node has no resource class."
    if ours:
        return None
    if node.instance_uuid:
        return "The node is in use by another deployment."
    if node.provision_state != AVAILABLE:
        return f"The node is not available but {node.provision_state or 'unknown'}."
    return None


def class_of(node: Node) -> str:
    """The resource class as flavors ask for it."""
    name = _ODD.sub("_", (node.resource_class or "").upper())
    return name if name.startswith("CUSTOM_") else f"CUSTOM_{name}"


def _number(value: Any) -> int:
    try:
        return max(0, int(value))
    except (TypeError, ValueError, OverflowError):
        return 0
