# SPDX-License-Identifier: Apache-2.0
"""Migrations as the newest version shows them."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.index.migrations import IndexedMigration
from nova_cells.global_api.times import precise

MIGRATION = "migration.list"
IN_PROGRESS = frozenset({"queued", "preparing", "running", "post-migrating"})
"""Statuses of a live migration that can still be shown below its server."""

_SAME = ("uuid", "instance_uuid", "status", "migration_type", "user_id", "project_id")
_HOSTS = ("source_compute", "source_node", "dest_compute", "dest_node", "dest_host")


def migration(found: IndexedMigration, request: Any, *, hosts: bool) -> dict[str, Any]:
    """One migration; without `hosts` these are not told."""
    document = found.document
    shown = {"id": found.id, **{name: document[name] for name in _SAME}}
    shown.update({name: document[name] if hosts else None for name in _HOSTS})
    shown["old_instance_type_id"] = _number(document, "old_flavor", "new_flavor")
    shown["new_instance_type_id"] = _number(document, "new_flavor", "old_flavor")
    shown["created_at"] = precise(document["created_at"])
    shown["updated_at"] = precise(document["updated_at"])
    if document["migration_type"] == "live-migration" and document["status"] in IN_PROGRESS:
        path = f"servers/{found.instance_uuid}/migrations/{found.id}"
        shown["links"] = request.links(path)
    return shown


def _number(document: dict[str, Any], *sizes: str) -> int | None:
    """The row number of the first of these flavors that is known."""
    known = (document[size] for size in sizes if document[size] is not None)
    flavor = next(known, None)
    return None if flavor is None else flavor["id"]
