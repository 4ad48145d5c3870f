# SPDX-License-Identifier: Apache-2.0
"""Taking and giving back quota, inside a transaction of the caller.

The database decides: one conditional update of the project's row, then one of the user's, always in
this order. A hold remembers what was added, so giving it back twice gives it back once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, delete, insert, select, update

from nova_cells.global_api.db.tables.quota_usage import quota_holds, quota_usage
from nova_cells.global_api.faults import QuotaExceeded
from nova_cells.objects import Flavor
from nova_cells.runtime.db import insert_ignore

COUNTED = ("instances", "cores", "ram", "disk")
UNLIMITED = -1
SERVER = "server"

_u = quota_usage.c
_h = quota_holds.c


_NO_LIMIT = 2**62


def _asked(name: str) -> Any:
    return bindparam(f"asked_{name}", type_=BigInteger)


def _limit(name: str) -> Any:
    return bindparam(f"limit_{name}", type_=BigInteger)


_ADD_IF_IT_FITS = (
    update(quota_usage)
    .where(
        _u.project_id == bindparam("the_project"),
        _u.user_id == bindparam("the_user"),
        *[
            _u[name] + _asked(name) <= bindparam(f"limit_{name}", type_=BigInteger)
            for name in COUNTED
        ],
    )
    .values({name: _u[name] + _asked(name) for name in COUNTED})
)


def reserved_for(operation: str) -> str:
    """The purpose of a hold for an operation that may have begun or not."""
    return f"reserved/{operation}"


@dataclass(frozen=True)
class Hold:
    """What one server takes for one purpose: `server`, or `reserved/KEY` for an operation."""

    instance_uuid: str
    instances: int
    cores: int
    ram: int
    purpose: str = SERVER
    disk: int = 0
    expires_at: int | None = None

    @classmethod
    def of(cls, uuid: str, flavor: Flavor, purpose: str = SERVER, *, own_root: bool = True) -> Hold:
        """A whole server of a flavor; `own_root`: its root disk is no volume."""
        disk = flavor.root_gb * own_root + flavor.ephemeral_gb + -(-flavor.swap_mb // 1024)
        return cls(uuid, 1, flavor.vcpus, flavor.memory_mb, purpose, disk)


@dataclass(frozen=True)
class Owner:
    """Who pays."""

    project_id: str
    user_id: str


def take(
    connection: Connection,
    owner: Owner,
    holds: Sequence[Hold],
    project_limits: Mapping[str, int],
    user_limits: Mapping[str, int],
) -> None:
    """Add `holds` to what the owner has, or raise QuotaExceeded and add nothing."""
    asked = {name: sum(getattr(hold, name) for hold in holds) for name in COUNTED}
    _add(connection, owner.project_id, "", asked, project_limits)
    _add(connection, owner.project_id, owner.user_id, asked, user_limits)
    rows = [vars(hold) | vars(owner) for hold in holds]
    connection.execute(insert(quota_holds), rows)


def _add(
    connection: Connection,
    project_id: str,
    user_id: str,
    asked: Mapping[str, int],
    limits: Mapping[str, int],
) -> None:
    if _add_if_it_fits(connection, project_id, user_id, asked, limits):
        return
    nothing = dict.fromkeys(COUNTED, 0)
    row = {"project_id": project_id, "user_id": user_id, **nothing}
    insert_ignore(connection, quota_usage, row, keys=("project_id", "user_id"))
    if not _add_if_it_fits(connection, project_id, user_id, asked, limits):
        raise _exceeded(usage(connection, project_id, user_id), asked, limits)


def _add_if_it_fits(
    connection: Connection,
    project_id: str,
    user_id: str,
    asked: Mapping[str, int],
    limits: Mapping[str, int],
) -> bool:
    values: dict[str, Any] = {"the_project": project_id, "the_user": user_id}
    for name in COUNTED:
        values[f"asked_{name}"] = asked[name]
        free = asked[name] == 0 or limits.get(name, UNLIMITED) == UNLIMITED
        values[f"limit_{name}"] = _NO_LIMIT if free else limits[name]
    return bool(connection.execute(_ADD_IF_IT_FITS, values).rowcount)


def _exceeded(
    used: Mapping[str, int], asked: Mapping[str, int], limits: Mapping[str, int]
) -> QuotaExceeded:
    over = [
        name
        for name in sorted(COUNTED)
        if limits.get(name, UNLIMITED) != UNLIMITED and used[name] + asked[name] > limits[name]
    ]
    requested = ", ".join(str(asked[name]) for name in over)
    have = ", ".join(str(used[name]) for name in over)
    allowed = ", ".join(f"{limits[name]} {name}" for name in over)
    return QuotaExceeded(
        f"Quota exceeded for {','.join(over)}: Requested {requested}, "
        f"but already used {have} of {allowed}",
        tuple(over),
    )


def usage(connection: Connection, project_id: str, user_id: str = "") -> dict[str, int]:
    """What a project (or one user in it) has."""
    row = connection.execute(
        select(*[_u[name] for name in COUNTED]).where(
            _u.project_id == project_id, _u.user_id == user_id
        )
    ).one_or_none()
    return dict(zip(COUNTED, row or [0] * len(COUNTED), strict=True))


def release(connection: Connection, uuids: Sequence[str]) -> None:
    """Give back all holds of these servers. The caller holds the lock of their index rows."""
    rows = connection.execute(select(quota_holds).where(_h.instance_uuid.in_(uuids))).all()
    if not rows:
        return
    connection.execute(delete(quota_holds).where(_h.instance_uuid.in_(uuids)))
    _subtract(connection, rows)


def adjust(connection: Connection, uuid: str, sizes: Mapping[str, int]) -> None:
    """A server is, or may become, another size now: the operation has begun, or is over.

    What was reserved for it goes. The caller holds the lock of its index row.
    """
    rows = connection.execute(select(quota_holds).where(_h.instance_uuid == uuid)).all()
    for row in rows:
        if row.purpose != SERVER:
            give_back(connection, uuid, row.purpose)
            continue
        amounts = {"instances": row.instances, **sizes}
        mine = (_h.instance_uuid == uuid, _h.purpose == SERVER)
        connection.execute(update(quota_holds).where(*mine).values(amounts))
        more = {name: amounts[name] - getattr(row, name) for name in COUNTED}
        for user_id in ("", row.user_id):
            _change(connection, (row.project_id, user_id), more, 1)


def give_back(connection: Connection, uuid: str, purpose: str) -> None:
    """Give back one hold, if nobody has."""
    mine = (_h.instance_uuid == uuid, _h.purpose == purpose)
    row = connection.execute(select(quota_holds).where(*mine)).first()
    if row is not None and connection.execute(delete(quota_holds).where(*mine)).rowcount:
        _subtract(connection, [row])


def expired(connection: Connection, moment: int, limit: int) -> list[tuple[str, str]]:
    """(server, purpose) of holds whose time is over."""
    wanted = select(_h.instance_uuid, _h.purpose).where(_h.expires_at < moment).limit(limit)
    return [(row.instance_uuid, row.purpose) for row in connection.execute(wanted)]


def _subtract(connection: Connection, rows: Sequence[Any]) -> None:
    for key, amounts in sorted(_sums(rows).items()):
        _change(connection, key, amounts, -1)


def _change(
    connection: Connection, key: tuple[str, str], amounts: Mapping[str, int], sign: int
) -> None:
    connection.execute(
        update(quota_usage)
        .where(_u.project_id == key[0], _u.user_id == key[1])
        .values({name: _u[name] + sign * amounts[name] for name in COUNTED})
    )


def _sums(rows: Sequence[Any]) -> dict[tuple[str, str], dict[str, int]]:
    """Per project (user empty) and per user, what the rows held."""
    sums: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        for user_id in ("", row.user_id):
            total = sums.setdefault((row.project_id, user_id), dict.fromkeys(COUNTED, 0))
            for name in COUNTED:
                total[name] += getattr(row, name)
    return sums
