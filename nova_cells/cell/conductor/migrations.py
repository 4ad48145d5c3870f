# SPDX-License-Identifier: Apache-2.0
"""Keeps the public record of a move: opened by its operation, marked as it goes on.

Every write goes into the turn's transaction together with its news for the feed. A record is named
after the operation that opened it, so a step that runs again opens no second one; an operation that
goes on with another's record (confirm, revert, abort) first takes it by `take_up`.
"""

from __future__ import annotations

import uuid as uuids
from collections.abc import Collection
from typing import Any

from nova_cells.cell.db import migrations, outbox
from nova_cells.journal.turn import Turn
from nova_cells.objects import FeedItem, Flavor, Migration

COLD, RESIZE, LIVE, EVACUATION = "migration", "resize", "live-migration", "evacuation"
"""Kinds."""

FINISHED = "finished"
"""The status of one that waits for its owner to confirm or revert it."""

OVER = frozenset(
    {"completed", "confirmed", "reverted", "error", "failed", "cancelled", "done", "rejected"}
)
"""Statuses after which nothing follows."""

_NAMESPACE = uuids.UUID("6a0d5cf0-5e2b-4b0c-9c42-7c07a3d0a5cf")
_TAKEN = "migration"


def open(
    turn: Turn,
    *,
    kind: str,
    status: str,
    source: str | None = None,
    destination: str | None = None,
    old_flavor: Flavor | None = None,
    new_flavor: Flavor | None = None,
    **fields: Any,
) -> Migration:
    """Begin the record of this operation's move; on another attempt the one there is goes on."""
    known = current(turn)
    places = {**_place(turn, "source", source), **_place(turn, "dest", destination)}
    if known is not None:
        return _write(turn, known, status=status, **places, **fields)
    migration = Migration(
        uuid=_own_uuid(turn),
        instance_uuid=turn.record.subject,
        migration_type=kind,
        status=status,
        old_flavor=old_flavor,
        new_flavor=new_flavor,
        user_id=turn.record.user_id,
        project_id=turn.record.project_id,
        created_at=turn.now,
        **places,
        **fields,
    )
    migrations.add(turn.connection, migration)
    _tell(turn, migration, first=True)
    return migration


def mark(
    turn: Turn, status: str, *, destination: str | None = None, **changes: Any
) -> Migration | None:
    """Say how far the move has come; None where there is no record of it."""
    migration = current(turn)
    if migration is None:
        return None
    if destination is not None:
        changes.update(_place(turn, "dest", destination))
    return _write(turn, migration, status=status, **changes)


def take_up(turn: Turn, statuses: Collection[str]) -> Migration | None:
    """Go on with the newest record of this instance in one of `statuses`."""
    found = migrations.of_instance(turn.connection, turn.record.subject, statuses)
    if not found:
        return None
    turn.record.arguments[_TAKEN] = found[0].uuid
    return found[0]


def current(turn: Turn) -> Migration | None:
    """The record this operation writes."""
    return migrations.get(turn.connection, turn.record.arguments.get(_TAKEN) or _own_uuid(turn))


def close_all(turn: Turn, *, waiting: str = "confirmed", moving: str = "error") -> None:
    """The instance is gone or was reset: nothing of what was going on with it goes on.

    `waiting` is the end of a move that only waited for its owner, `moving` of any other.
    """
    for migration in migrations.of_instance(turn.connection, turn.record.subject):
        if migration.status not in OVER:
            status = waiting if migration.status == FINISHED else moving
            _write(turn, migration, status=status)


def _own_uuid(turn: Turn) -> str:
    try:
        return str(uuids.UUID(turn.record.id))
    except ValueError:
        return str(uuids.uuid5(_NAMESPACE, turn.record.id))


def _place(turn: Turn, end: str, host: str | None) -> dict[str, Any]:
    """The columns that name a host at one end of the move."""
    if host is None:
        return {}
    row = turn.world.hosts.row(host)
    named = {f"{end}_compute": host, f"{end}_node": row.node if row is not None else None}
    if end == "dest":
        named["dest_host"] = row.host_ip if row is not None else None
    return named


def _write(turn: Turn, migration: Migration, **changes: Any) -> Migration:
    changed: Migration = migration.replace(
        **changes, revision=migration.revision + 1, updated_at=turn.now
    )
    migrations.put(turn.connection, changed)
    _tell(turn, changed, first=False)
    return changed


def _tell(turn: Turn, migration: Migration, *, first: bool) -> None:
    outbox.put(turn.connection, feed_item(migration), turn.now, first=first)
    turn.notes.after.append(turn.world.news)


def feed_item(migration: Migration) -> FeedItem:
    """The record as the feed carries it."""
    return FeedItem(
        kind="migration",
        key=migration.uuid,
        revision=migration.revision,
        version=Migration.VERSION,
        document=migration.document(),
    )
