# SPDX-License-Identifier: Apache-2.0
"""Hosts: registration, operators' words, heartbeats and what they owe.

Whatever a filter may have looked at raises `shape_generation`; whatever the world may see raises
`revision` and makes the row due for publishing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, true, update

from nova_cells.cell.db.tables import (
    cell_identity,
    claims,
    debts,
    heartbeats,
    host_resources,
    hosts,
)
from nova_cells.runtime.db import for_update, upsert

HostFound = Row[Any]
_SELECT = select(hosts, heartbeats.c.last_seen).outerjoin(
    heartbeats, heartbeats.c.host == hosts.c.name
)


def get(connection: Connection, name: str, *, lock: bool = False) -> HostFound | None:
    """One host with its `last_seen`."""
    if lock:
        connection.execute(select(hosts.c.name).where(hosts.c.name == name).with_for_update())
    return connection.execute(_SELECT.where(hosts.c.name == name)).first()


def find(connection: Connection, names: Iterable[str]) -> list[HostFound]:
    """Those of `names` there are."""
    return _found(connection, hosts.c.name.in_(list(names)))


def locked(connection: Connection, names: Iterable[str]) -> dict[str, HostFound]:
    """Those of `names` there are, held until the transaction ends."""
    wanted = sorted(names)
    rows = select(hosts.c.name).where(hosts.c.name.in_(wanted)).order_by(hosts.c.name)
    connection.execute(rows.with_for_update())
    return {row.name: row for row in find(connection, wanted)}


def changed_since(connection: Connection, moment: int) -> list[HostFound]:
    """Hosts changed at or after a moment."""
    return _found(connection, hosts.c.updated_at >= moment)


def every(connection: Connection) -> list[HostFound]:
    return _found(connection, true())


def names(connection: Connection) -> set[str]:
    return set(connection.scalars(select(hosts.c.name)))


def _found(connection: Connection, condition: ColumnElement[bool]) -> list[HostFound]:
    return list(connection.execute(_SELECT.where(condition).order_by(hosts.c.name)))


def resources(connection: Connection, names: Iterable[str] | None = None) -> dict[str, Any]:
    """Custom resources by host: class → (cap, used)."""
    wanted = select(host_resources)
    if names is not None:
        wanted = wanted.where(host_resources.c.host.in_(list(names)))
    found: dict[str, dict[str, tuple[int, int]]] = {}
    for row in connection.execute(wanted):
        found.setdefault(row.host, {})[row.resource_class] = (row.cap, row.used)
    return found


def add(connection: Connection, values: dict[str, Any], now: int) -> None:
    """A host nobody knew; `values` are the columns a report or the configuration give."""
    fresh = {
        "enabled": True,
        "forced_down": False,
        "up": True,
        "debts": 0,
        "shape_generation": 1,
        "vcpus_used": 0,
        "memory_mb_used": 0,
        "disk_gb_used": 0,
        "running": 0,
        "revision": 1,
        "publish_due": now,
        "created_at": now,
        "updated_at": now,
    }
    connection.execute(insert(hosts), {**fresh, **values})


def change(
    connection: Connection, name: str, values: dict[str, Any], now: int, *, shape: bool
) -> None:
    """Set columns; `shape` says that a filter might have decided otherwise."""
    connection.execute(
        update(hosts)
        .where(hosts.c.name == name)
        .values(
            **values,
            shape_generation=hosts.c.shape_generation + (1 if shape else 0),
            revision=hosts.c.revision + 1,
            updated_at=now,
            publish_due=now,
        )
    )


def set_resources(connection: Connection, name: str, caps: dict[str, int]) -> None:
    """Bring the custom classes of a host up to date; what is used of one stays."""
    for resource_class in sorted(caps):
        row = {"host": name, "resource_class": resource_class, "used": 0}
        row["cap"] = caps[resource_class]
        upsert(connection, host_resources, row, ["host", "resource_class"], update=["cap"])
    gone = host_resources.c.resource_class.not_in(list(caps))
    unused = host_resources.c.used == 0
    connection.execute(delete(host_resources).where(host_resources.c.host == name, gone, unused))
    connection.execute(
        update(host_resources).where(host_resources.c.host == name, gone).values(cap=0)
    )


def remove(connection: Connection, name: str) -> None:
    """Forget a host."""
    connection.execute(delete(host_resources).where(host_resources.c.host == name))
    connection.execute(delete(heartbeats).where(heartbeats.c.host == name))
    connection.execute(delete(hosts).where(hosts.c.name == name))


def count(connection: Connection) -> int:
    """How many there are; whoever adds one after asking does so alone."""
    connection.execute(for_update(select(cell_identity.c.id))).first()
    return int(connection.execute(select(func.count()).select_from(hosts)).scalar_one())


def beat(connection: Connection, names: Iterable[str], now: int) -> None:
    """Signs of life; kept apart from the row that claims fight over."""
    rows = [{"host": name, "last_seen": now} for name in sorted(names)]
    upsert(connection, heartbeats, rows, ["host"])


def beats(connection: Connection) -> dict[str, int]:
    """Every host's newest sign of life, whichever conductor took it."""
    found = connection.execute(select(heartbeats.c.host, heartbeats.c.last_seen))
    return {row[0]: row[1] for row in found}


def claims_on(connection: Connection, name: str) -> int:
    """How many instances hold resources of a host."""
    counted = select(func.count()).select_from(claims).where(claims.c.host == name)
    return int(connection.execute(counted).scalar_one())


def owe(
    connection: Connection,
    *,
    operation: str,
    attempt: int,
    host: str,
    uuid: str,
    work: dict[str, Any],
    now: int,
) -> None:
    """The host has to do `work` before it is given anything else.

    What it owes of the same operation already comes first, in one piece of work.
    """
    known = debt(connection, operation, attempt, host)
    if known is None:
        row = {
            "operation": operation,
            "attempt": attempt,
            "host": host,
            "uuid": uuid,
            "work": work,
            "created_at": now,
        }
        connection.execute(insert(debts), row)
    else:
        more = [step for step in work["steps"] if step not in known["steps"]]
        both = {**work, "steps": [*known["steps"], *more]}
        mine = (debts.c.operation == operation, debts.c.attempt == attempt, debts.c.host == host)
        connection.execute(update(debts).where(*mine).values(work=both))
    _count_debts(connection, host, now)


def settle(connection: Connection, operation: str, attempt: int, host: str, now: int) -> bool:
    """A debt was paid; answers whether there was one."""
    mine = (debts.c.operation == operation, debts.c.attempt == attempt, debts.c.host == host)
    if not connection.execute(delete(debts).where(*mine)).rowcount:
        return False
    _count_debts(connection, host, now)
    return True


def debts_of(connection: Connection, names: Iterable[str]) -> list[dict[str, Any]]:
    """What these hosts owe, oldest first."""
    wanted = select(debts.c.work).where(debts.c.host.in_(list(names)))
    return list(connection.scalars(wanted.order_by(debts.c.created_at)))


def forget_debts_about(connection: Connection, host: str, uuid: str, now: int) -> bool:
    """It is going to owe more about this instance; answers whether it owed anything."""
    mine = (debts.c.host == host, debts.c.uuid == uuid)
    if not connection.execute(delete(debts).where(*mine)).rowcount:
        return False
    _count_debts(connection, host, now)
    return True


def forget_debts(connection: Connection, host: str) -> None:
    """For a host that will not come back."""
    connection.execute(delete(debts).where(debts.c.host == host))


def _count_debts(connection: Connection, host: str, now: int) -> None:
    counted = select(func.count()).select_from(debts).where(debts.c.host == host)
    number = connection.execute(counted).scalar_one()
    change(connection, host, {"debts": number}, now, shape=False)


def unpublished(connection: Connection, due: int, limit: int) -> list[HostFound]:
    """Hosts whose news is due."""
    wanted = _SELECT.where(hosts.c.publish_due <= due).order_by(hosts.c.publish_due).limit(limit)
    return list(connection.execute(wanted))


def published(connection: Connection, acknowledged: dict[str, int]) -> None:
    """These revisions are durable on the other side."""
    for name in sorted(acknowledged):
        connection.execute(
            update(hosts)
            .where(hosts.c.name == name, hosts.c.revision == acknowledged[name])
            .values(publish_due=None)
        )


def debt(connection: Connection, operation: str, attempt: int, host: str) -> dict[str, Any] | None:
    """The work of one debt."""
    mine = (debts.c.operation == operation, debts.c.attempt == attempt, debts.c.host == host)
    work: dict[str, Any] | None = connection.execute(select(debts.c.work).where(*mine)).scalar()
    return work


def turn(connection: Connection, name: str, *, up: bool, now: int) -> bool:
    """Judge a host up or down; False where another conductor has judged so already."""
    changed = connection.execute(
        update(hosts)
        .where(hosts.c.name == name, hosts.c.up != up)
        .values(up=up, revision=hosts.c.revision + 1, updated_at=now, publish_due=now)
    )
    return bool(changed.rowcount)
