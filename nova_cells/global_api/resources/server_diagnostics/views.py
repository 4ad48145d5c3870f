# SPDX-License-Identifier: Apache-2.0
"""GET /servers/{id}/diagnostics: live from the server's host, never kept."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.server_diagnostics import answers, policies
from nova_cells.global_api.resources.servers.lookup import server_of_caller
from nova_cells.objects import Diagnostics
from nova_cells.runtime.clock import SECOND, now

SHAPE = "server.diagnostics"


@api_view(
    route_name="server_diagnostics",
    policy=policies.SHOW,
    on=server_of_caller,
    shape=SHAPE,
    answer=answers.SHOW,
    faults=(409, 501),
)
def show(row: IndexRow, request: Any) -> Any:
    found = request.side.commands.diagnostics(row)
    document = {
        "state": found.state,
        "driver": found.driver,
        "hypervisor": found.hypervisor,
        "hypervisor_os": found.hypervisor_os,
        "uptime": _uptime(found, row),
        "config_drive": row.document["config_drive"],
        "num_cpus": len(found.cpus),
        "num_nics": len(found.nics),
        "num_disks": len(found.disks),
        "memory_details": found.memory,
        "cpu_details": found.cpus,
        "nic_details": found.nics,
        "disk_details": found.disks,
    }
    return request.plan.step_back(document)


def _uptime(found: Diagnostics, row: IndexRow) -> int | None:
    """Few hypervisors know; what runs has run since it was launched, if nobody stopped it since."""
    launched = row.document["launched_at"]
    if found.uptime is not None or launched is None:
        return found.uptime
    return max(0, now() - launched) // SECOND
