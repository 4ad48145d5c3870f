# SPDX-License-Identifier: Apache-2.0
"""From a cell's refusal to the fault a caller is told, in the API's standard words."""

from __future__ import annotations

from nova_cells.contracts import FaultCode, Refused
from nova_cells.global_api.faults import (
    ApiFault,
    BadRequest,
    CellUnavailable,
    Conflict,
    NotFound,
    NotSupported,
    NoValidHost,
    QuotaExceeded,
    ServerNotFound,
)


def fault_of(refusal: Refused, uuid: str, action: str) -> ApiFault:
    """What to raise for a refused `action` on a server."""
    code = refusal.code
    if code in (FaultCode.INSTANCE_NOT_FOUND, FaultCode.TOMBSTONED):
        return ServerNotFound(uuid)
    if code in (FaultCode.ACTION_NOT_FOUND, FaultCode.NO_SUCH_PORT, FaultCode.NO_SUCH_VOLUME):
        return NotFound(refusal.message)
    if code == FaultCode.CONFLICT:
        return Conflict(conflict_text(refusal, uuid, action), **refusal.details)
    if code == FaultCode.NOT_SUPPORTED:
        return NotSupported(refusal.message)
    if code in (FaultCode.INVALID, FaultCode.UNAVAILABLE_CONSOLE):
        return BadRequest(refusal.message)
    if code == FaultCode.TOO_MANY:
        return too_many(refusal.details["field"], refusal.details["most"])
    if code == FaultCode.NO_VALID_HOST:
        return NoValidHost(refusal.message)
    if code == FaultCode.HOST_DOWN:
        return Conflict(refusal.message or f"The host of instance {uuid} is down.")
    return CellUnavailable(refusal.message)


def too_many(field: str, most: int) -> ApiFault:
    """More metadata or tags than a server may have."""
    if field == "metadata":
        message = f"Maximum number of metadata items exceeds {most}"
        return QuotaExceeded(message, ("metadata_items",))
    return BadRequest(f"The number of {field} exceeded the per-server limit {most}")


def conflict_text(refusal: Refused, uuid: str, action: str) -> str:
    """Which of the server's states stands in the way."""
    details = refusal.details
    obstacle = details.get("obstacle")
    if obstacle == "locked":
        return f"Instance {uuid} is locked"
    if obstacle is not None:
        return state_text(uuid, action, obstacle, details[obstacle])
    return refusal.message


def state_text(uuid: str, action: str, attribute: str, state: str) -> str:
    """The API's own sentence."""
    return f"Cannot '{action}' instance {uuid} while it is in {attribute} {state}"
