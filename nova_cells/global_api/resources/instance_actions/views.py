# SPDX-License-Identifier: Apache-2.0
"""The operations of /servers/{id}/os-instance-actions."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.api_view import api_view
from nova_cells.global_api.faults import BadRequest, MarkerNotFound, NotFound
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.resources.instance_actions import answers, policies, presenter
from nova_cells.global_api.resources.servers.lookup import (
    server_of_caller,
    server_once_of_caller,
)
from nova_cells.global_api.versioning import Moment, Number, QuerySchema, Text
from nova_cells.objects import ActionRecord

QUERY = QuerySchema(
    "actions.list",
    {
        "limit": Number(),
        "marker": Text(),
        "changes-since": Moment(),
        "changes-before": Moment(),
    },
)


def server_of_path(request: Any) -> IndexRow:
    """The server, from 2.21 on also one that is deleted."""
    later = request.gate("2.21-actions-of-deleted-servers")
    return server_once_of_caller(request) if later else server_of_caller(request)


@api_view(
    route_name="instance_actions",
    policy=policies.LIST,
    on=server_of_path,
    query=QUERY,
    shape=presenter.LIST,
    answer=answers.LIST,
)
def index(row: IndexRow, request: Any) -> Any:
    records = _after(request.side.commands.actions(row), request.query.get("marker"))
    records = _matching(records, request.query)
    limit = request.side.conf.api.max_limit
    limit = min(request.query.get("limit", limit), limit)
    shown, rest = records[:limit], records[limit:]
    step_back = request.plan.step_back
    page: dict[str, Any] = {
        "instanceActions": [step_back(presenter.action(record)) for record in shown]
    }
    if rest and shown and request.gate("2.58-actions-are-paged"):
        path = f"servers/{row.uuid}/os-instance-actions"
        page["links"] = request.next_link(path, shown[-1].request_id)
    return page


@api_view(
    route_name="instance_action",
    policy=policies.SHOW,
    on=server_of_path,
    shape=presenter.SHOW,
    answer=answers.SHOW,
)
def show(row: IndexRow, request: Any) -> Any:
    wanted = request.matchdict["request_id"]
    record = request.side.commands.action(row, wanted)
    if record is None:
        raise NotFound(f"Action for request_id {wanted} on instance {row.uuid} not found")
    shown = request.plan.step_back(presenter.action(record))
    sight = presenter.Sight(
        all=request.may(policies.EVENTS, row), details=request.may(policies.DETAILS, row)
    )
    if sight.all or request.gate("2.51-events-for-owners"):
        plan = request.plan_of(presenter.EVENT)
        shown["events"] = [
            plan.step_back(presenter.event(event, row.project_id, sight)) for event in record.events
        ]
    return {"instanceAction": shown}


def _matching(records: list[ActionRecord], query: dict[str, Any]) -> list[ActionRecord]:
    since, before = query.get("changes-since"), query.get("changes-before")
    if since is not None and before is not None and since > before:
        raise BadRequest("The value of changes-since must be less than that of changes-before.")
    return [
        record
        for record in records
        if (since is None or (record.updated_at or record.start_time) >= since)
        and (before is None or (record.updated_at or record.start_time) <= before)
    ]


def _after(records: list[ActionRecord], marker: str | None) -> list[ActionRecord]:
    if marker is None:
        return records
    for place, record in enumerate(records):
        if record.request_id == marker:
            return records[place + 1 :]
    raise MarkerNotFound(marker)
