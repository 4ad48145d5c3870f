# SPDX-License-Identifier: Apache-2.0
"""Hypervisors as the newest version shows them; older ones also show what is used and free."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from nova_cells.global_api.resources.hypervisors.service import Hypervisor

INDEX = "hypervisor.index"
DETAIL = "hypervisor.detail"
UPTIME = "hypervisor.uptime"

SUMMED = (
    "current_workload",
    "disk_available_least",
    "free_disk_gb",
    "free_ram_mb",
    "local_gb",
    "local_gb_used",
    "memory_mb",
    "memory_mb_used",
    "running_vms",
    "vcpus",
    "vcpus_used",
)


def summary(hypervisor: Hypervisor, request: Any) -> dict[str, Any]:
    return _step_back(_head(hypervisor, request), hypervisor, request)


def detail(hypervisor: Hypervisor, request: Any) -> dict[str, Any]:
    host = hypervisor.host
    inventory = host.record.inventory
    document = {
        **_head(hypervisor, request),
        "service": {
            "id": host.uuid,
            "host": host.name,
            "disabled_reason": host.record.disabled_reason,
        },
        "host_ip": host.record.host_ip,
        "hypervisor_type": inventory.hypervisor_type,
        "hypervisor_version": inventory.hypervisor_version,
        "uptime": inventory.uptime,
    }
    return _step_back(document, hypervisor, request)


def uptime(hypervisor: Hypervisor, text: str, request: Any) -> dict[str, Any]:
    document = {**_head(hypervisor, request), "uptime": text}
    return _step_back(document, hypervisor, request)


def statistics(hypervisors: Iterable[Hypervisor]) -> dict[str, int]:
    """Sums over all that are enabled."""
    rows = [capacity(each) for each in hypervisors if each.host.record.enabled]
    sums = {name: sum(row[name] for row in rows) for name in SUMMED}
    return {"count": len(rows), **sums}


def capacity(hypervisor: Hypervisor) -> dict[str, Any]:
    """What is there, used (claimed) and free."""
    record = hypervisor.host.record
    inventory = record.inventory
    used = _used(record)
    free_disk = inventory.disk_gb - used["disk_gb"]
    return {
        "current_workload": 0,
        "disk_available_least": free_disk,
        "free_disk_gb": free_disk,
        "free_ram_mb": inventory.memory_mb - used["memory_mb"],
        "local_gb": inventory.disk_gb,
        "local_gb_used": used["disk_gb"],
        "memory_mb": inventory.memory_mb,
        "memory_mb_used": used["memory_mb"],
        "running_vms": record.running_vms,
        "vcpus": inventory.vcpus,
        "vcpus_used": used["vcpus"],
    }


def _used(record: Any) -> dict[str, int]:
    """A host that is had as a whole is all used, or not at all."""
    names = ("vcpus", "memory_mb", "disk_gb")
    if record.inventory.whole:
        return {n: getattr(record.inventory, n) if record.running_vms else 0 for n in names}
    return {name: getattr(record, f"{name}_used") for name in names}


def _head(hypervisor: Hypervisor, request: Any) -> dict[str, Any]:
    host = hypervisor.host
    document: dict[str, Any] = {
        "id": host.uuid,
        "hypervisor_hostname": host.record.node,
        "state": "up" if hypervisor.up else "down",
        "status": "enabled" if host.record.enabled else "disabled",
    }
    servers = _servers(hypervisor.servers, request)
    if servers is not None:
        document["servers"] = servers
    return document


def _servers(servers: Sequence[Any] | None, request: Any) -> list[dict[str, str]] | None:
    if servers is None:
        return None
    if not servers and not request.gate("2.75-hypervisors-always-list-servers"):
        return None
    return [{"uuid": uuid, "name": name} for uuid, name in servers]


def _step_back(document: dict[str, Any], hypervisor: Hypervisor, request: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"number": hypervisor.host.id}
    if "vcpus" in request.plan.needs:
        facts.update(capacity(hypervisor))
        facts["cpu_info"] = hypervisor.host.record.inventory.cpu_info or {}
    return request.plan.step_back(document, facts)
