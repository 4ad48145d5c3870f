# SPDX-License-Identifier: Apache-2.0
"""What is still to be told to the global side: the newest document of each changed thing, once.

A row goes only when exactly its revision was acknowledged; it is written in the transaction that
made the change. Earlier due times win, so that waiting news never delays urgent news.
"""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, case, delete, func, insert, select, update

from nova_cells.cell.db.tables import outbox
from nova_cells.objects import FeedItem

_NAMES = ("epoch", "revision", "version", "disposition", "document")
_UPDATE = (
    update(outbox)
    .where(outbox.c.kind == bindparam("a_kind"), outbox.c.key == bindparam("a_key"))
    .values(
        **{name: bindparam(f"new_{name}") for name in _NAMES},
        due_at=case((outbox.c.due_at < bindparam("due"), outbox.c.due_at), else_=bindparam("due")),
    )
)
_INSERT = insert(outbox)
_DELETE = delete(outbox).where(
    and_(
        outbox.c.kind == bindparam("a_kind"),
        outbox.c.key == bindparam("a_key"),
        outbox.c.epoch == bindparam("an_epoch"),
        outbox.c.revision == bindparam("a_revision"),
    )
)


def put(connection: Connection, item: FeedItem, due_at: int, *, first: bool = False) -> None:
    """Have `item` told at `due_at`, in place of anything older of the same thing.

    `first`: nothing was ever told of it, so there is nothing to take the place of.
    The caller holds the row of the instance, so nobody else writes this key meanwhile but an
    acknowledgement, which may take the row away between the two statements.
    """
    values = {name: getattr(item, name) for name in _NAMES}
    where = {"a_kind": item.kind, "a_key": item.key, "due": due_at}
    changes = {f"new_{name}": value for name, value in values.items()}
    if first or not connection.execute(_UPDATE, {**where, **changes}).rowcount:
        row = {"kind": item.kind, "key": item.key, "due_at": due_at}
        connection.execute(_INSERT, {**row, **values})


def put_new(connection: Connection, items: list[FeedItem], due_at: int) -> None:
    """Have many told at `due_at`, of which nothing was ever told before."""
    rows = [
        {"kind": item.kind, "key": item.key, "due_at": due_at}
        | {name: getattr(item, name) for name in _NAMES}
        for item in items
    ]
    if rows:
        connection.execute(_INSERT, rows)


def due(connection: Connection, now: int, limit: int) -> list[FeedItem]:
    """What is to be told now, longest waiting first."""
    rows = connection.execute(
        select(outbox).where(outbox.c.due_at <= now).order_by(outbox.c.due_at).limit(limit)
    )
    return [
        FeedItem(kind=row.kind, key=row.key, **{n: getattr(row, n) for n in _NAMES}) for row in rows
    ]


def _as_written(item: FeedItem) -> tuple[str, str]:
    """Backwards, the order in which a transaction puts them: a migration before its instance."""
    return item.kind, item.key


def acknowledged(connection: Connection, items: list[FeedItem]) -> None:
    """These are durable on the other side; whatever changed since stays."""
    if items:
        rows = [
            {
                "a_kind": item.kind,
                "a_key": item.key,
                "an_epoch": item.epoch,
                "a_revision": item.revision,
            }
            for item in sorted(items, key=_as_written, reverse=True)
        ]
        connection.execute(_DELETE, rows)


def next_due(connection: Connection) -> int | None:
    """When the next row is due, if there is one."""
    moment: int | None = connection.execute(select(func.min(outbox.c.due_at))).scalar()
    return moment
