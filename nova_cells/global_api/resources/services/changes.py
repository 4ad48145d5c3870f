# SPDX-License-Identifier: Apache-2.0
"""What a PUT wishes of a service, in its two forms, as changes of a host."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nova_cells.global_api.booleans import truth
from nova_cells.global_api.faults import BadRequest, NotFound


def of_action(
    action: str, body: Mapping[str, Any], *, may_force_down: bool
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Until 2.52 the path names an action: the changes, and what the answer shows of them."""
    if action == "enable":
        return {"enabled": True, "disabled_reason": None}, {"status": "enabled"}
    if action == "disable":
        return {"enabled": False, "disabled_reason": None}, {"status": "disabled"}
    if action == "disable-log-reason":
        reason = _required(body, "disabled_reason")
        shown = {"status": "disabled", "disabled_reason": reason}
        return {"enabled": False, "disabled_reason": reason}, shown
    if action == "force-down" and may_force_down:
        forced = truth("forced_down", _required(body, "forced_down"))
        return {"forced_down": forced}, {"forced_down": forced}
    raise NotFound("Unknown action")


def of_update(body: Mapping[str, Any]) -> dict[str, Any]:
    """From 2.53 on the body says what is to be."""
    status, reason = body.get("status"), body.get("disabled_reason")
    if reason is not None and status != "disabled":
        raise BadRequest(
            "Specifying 'disabled_reason' is only supported when setting 'status' to 'disabled'."
        )
    changes: dict[str, Any] = {}
    if status is not None:
        changes = {"enabled": status == "enabled", "disabled_reason": reason}
    if "forced_down" in body:
        changes["forced_down"] = truth("forced_down", body["forced_down"])
    if not changes:
        raise BadRequest(
            "No updates were requested. Fields 'status' or 'forced_down' should be specified."
        )
    return changes


def _required(body: Mapping[str, Any], name: str) -> Any:
    if name not in body:
        raise BadRequest(f"Missing {name} field.")
    return body[name]
