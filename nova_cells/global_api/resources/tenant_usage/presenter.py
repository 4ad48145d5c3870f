# SPDX-License-Identifier: Apache-2.0
"""Usage as every version shows it."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.resources.tenant_usage.usage import Period, ProjectUse, ServerUse
from nova_cells.global_api.times import precise


def show(project: ProjectUse, period: Period, *, detailed: bool) -> dict[str, Any]:
    document: dict[str, Any] = {
        "tenant_id": project.project_id,
        "start": precise(period.start),
        "stop": precise(period.stop),
        "total_hours": project.hours,
        "total_vcpus_usage": project.vcpus,
        "total_memory_mb_usage": project.memory_mb,
        "total_local_gb_usage": project.local_gb,
    }
    if detailed:
        document["server_usages"] = [_server(server) for server in project.servers]
    return document


def _server(server: ServerUse) -> dict[str, Any]:
    return {
        "instance_id": server.uuid,
        "name": server.name,
        "tenant_id": server.project_id,
        "flavor": server.flavor,
        "vcpus": server.vcpus,
        "memory_mb": server.memory_mb,
        "local_gb": server.local_gb,
        "state": server.state,
        "started_at": precise(server.started_at),
        "ended_at": precise(server.ended_at),
        "hours": server.hours,
        "uptime": server.uptime,
    }
