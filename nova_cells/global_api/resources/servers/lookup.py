# SPDX-License-Identifier: Apache-2.0
"""Which server a path names. Somebody else's server is as unknown as one that never was."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.faults import ServerNotFound
from nova_cells.global_api.index.query import IndexRow


def server_of_caller(request: Any) -> IndexRow:
    """The living server of the path, of the caller's project or, for administrators, of any."""
    row = server_of_anybody(request)
    if row.project_id != request.caller.project_id and not request.caller.is_admin:
        raise ServerNotFound(request.matchdict["server_id"])
    return row


def server_of_anybody(request: Any) -> IndexRow:
    """The living server of the path, whosever it is: its policy decides."""
    row = find(request)
    if row.deleted:
        raise ServerNotFound(request.matchdict["server_id"])
    return row


def server_once_of_caller(request: Any) -> IndexRow:
    """As `server_of_caller`, and deleted ones too."""
    row = find(request)
    if row.project_id != request.caller.project_id and not request.caller.is_admin:
        raise ServerNotFound(request.matchdict["server_id"])
    return row


def find(request: Any) -> IndexRow:
    """The server of the path, in whatever state."""
    uuid = request.matchdict["server_id"]
    row: IndexRow | None = None
    if len(uuid) == 36 and "\0" not in uuid:
        row = request.side.index.get(uuid.lower())
    if row is None:
        raise ServerNotFound(uuid)
    return row
