# SPDX-License-Identifier: Apache-2.0
"""The operations of /os-instance_usage_audit_log.

No host here runs a periodic usage audit: usage is counted from the index whenever somebody asks
(`tenant_usage`). So the log has no entries, and every host is one that did not run.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.resources.usage_audit_log import answers, period, policies


@api_view(route_name="usage_audit_logs", policy=policies.LIST, answer=answers.LIST)
def index(_context: Any, request: Any) -> Any:
    moment = datetime.now(UTC).replace(tzinfo=None)
    return {"instance_usage_audit_logs": _log(request, moment)}


@api_view(route_name="usage_audit_log", policy=policies.SHOW, answer=answers.SHOW)
def show(_context: Any, request: Any) -> Any:
    moment = period.moment_of(request.matchdict["before"])
    return {"instance_usage_audit_log": _log(request, moment)}


def _log(request: Any, moment: datetime) -> dict[str, Any]:
    beginning, end = period.last_before(moment)
    hosts = sorted({host.name for host in request.side.hosts.list()})
    return {
        "period_beginning": str(beginning),
        "period_ending": str(end),
        "num_hosts": len(hosts),
        "num_hosts_done": 0,
        "num_hosts_running": 0,
        "num_hosts_not_run": len(hosts),
        "hosts_not_run": hosts,
        "total_instances": 0,
        "total_errors": 0,
        "overall_status": f"0 of {len(hosts)} hosts done. 0 errors.",
        "log": {},
    }
