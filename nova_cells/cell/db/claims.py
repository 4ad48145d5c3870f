# SPDX-License-Identifier: Apache-2.0
"""Takes and gives back resources of hosts. The database decides: one conditional update a host.

A claim is refused where the host's shape is not the one it was proposed from, where it is disabled,
forced down or in debt, and where anything would be given out twice. Callers try the next host.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Integer, and_, bindparam, delete, func, insert, select, update

from nova_cells.cell.db.tables import claims, group_members, host_resources, hosts

VCPU, MEMORY_MB, DISK_GB = "VCPU", "MEMORY_MB", "DISK_GB"
STANDARD = {VCPU: "vcpus", MEMORY_MB: "memory_mb", DISK_GB: "disk_gb"}
PUBLISH_DELAY = 1_000_000


def _amounts(resources: Mapping[str, int]) -> dict[str, int]:
    return {column: resources.get(name, 0) for name, column in STANDARD.items()}


def _used(sign: int) -> dict[str, Any]:
    changes: dict[str, Any] = {
        f"{name}_used": hosts.c[f"{name}_used"] + sign * bindparam(f"ask_{name}")
        for name in STANDARD.values()
    }
    changes["running"] = hosts.c.running + sign * bindparam("number", type_=Integer)
    changes["revision"] = hosts.c.revision + 1
    changes["updated_at"] = bindparam("at")
    changes["publish_due"] = func.coalesce(hosts.c.publish_due, bindparam("due"))
    return changes


_ABLE = and_(
    hosts.c.enabled,
    ~hosts.c.forced_down,
    hosts.c.debts == 0,
    *(
        hosts.c[f"{name}_used"] + bindparam(f"ask_{name}") <= hosts.c[f"{name}_cap"]
        for name in STANDARD.values()
    ),
)
_TAKE = (
    update(hosts)
    .where(hosts.c.name == bindparam("host"), hosts.c.shape_generation == bindparam("shape"), _ABLE)
    .values(_used(1))
)
_FIND = select(hosts.c.name).where(_ABLE).limit(bindparam("most"))
_GIVE = update(hosts).where(hosts.c.name == bindparam("host")).values(_used(-1))
_TAKE_CUSTOM = (
    update(host_resources)
    .where(
        host_resources.c.host == bindparam("wanted_host"),
        host_resources.c.resource_class == bindparam("wanted_class"),
        host_resources.c.used + bindparam("ask") <= host_resources.c.cap,
    )
    .values(used=host_resources.c.used + bindparam("ask"))
)
_INSERT = insert(claims)


def take(
    connection: Connection,
    uuid: str,
    host: str,
    shape_generation: int,
    resources: Mapping[str, int],
    now: int,
) -> bool:
    """Claim `resources` (class → amount) of a host; False where the host can't or won't."""
    return take_all(connection, [uuid], host, shape_generation, resources, now)


def take_all(
    connection: Connection,
    uuids: list[str],
    host: str,
    shape_generation: int,
    each: Mapping[str, int],
    now: int,
) -> bool:
    """Claim the same resources of a host for each of many: for all of them, or for none."""
    resources = {name: amount * len(uuids) for name, amount in each.items()}
    custom = {name: amount for name, amount in resources.items() if name not in STANDARD}
    if custom:
        savepoint = connection.begin_nested()
        taken = _take(
            connection, host, shape_generation, resources, now, len(uuids)
        ) and _take_custom(connection, host, custom)
        savepoint.commit() if taken else savepoint.rollback()
    else:
        taken = _take(connection, host, shape_generation, resources, now, len(uuids))
    if taken:
        amounts: dict[str, Any] = _amounts(each)
        amounts["resources"] = {name: each[name] for name in custom}
        row = {"host": host, "created_at": now, **amounts}
        connection.execute(_INSERT, [{"uuid": uuid, **row} for uuid in uuids])
    return taken


def able(connection: Connection, resources: Mapping[str, int], most: int = 200) -> list[str]:
    """Hosts that would take such a claim as things are committed now."""
    asked = {f"ask_{name}": amount for name, amount in _amounts(resources).items()}
    return list(connection.scalars(_FIND, {"most": most, **asked}))


def _take(
    connection: Connection,
    host: str,
    shape: int,
    resources: Mapping[str, int],
    now: int,
    number: int,
) -> bool:
    asked = {f"ask_{name}": amount for name, amount in _amounts(resources).items()}
    times = {"at": now, "due": now + PUBLISH_DELAY, "number": number}
    result = connection.execute(_TAKE, {"host": host, "shape": shape, **times, **asked})
    return bool(result.rowcount)


def _take_custom(connection: Connection, host: str, resources: Mapping[str, int]) -> bool:
    for name in sorted(resources):
        values = {"wanted_host": host, "wanted_class": name, "ask": resources[name]}
        if not connection.execute(_TAKE_CUSTOM, values).rowcount:
            return False
    return True


def held(connection: Connection, uuid: str, host: str) -> dict[str, int]:
    """What an instance holds of a host, by class."""
    mine = select(claims).where(claims.c.uuid == uuid, claims.c.host == host)
    row = connection.execute(mine).first()
    if row is None:
        return {}
    standard = {name: getattr(row, column) for name, column in STANDARD.items()}
    return {**standard, **row.resources}


def grow(
    connection: Connection,
    uuid: str,
    host: str,
    shape_generation: int,
    more: Mapping[str, int],
    now: int,
) -> bool:
    """Claim more for an instance that is there already; False where the host can't or won't."""
    custom = {name: amount for name, amount in more.items() if name not in STANDARD}
    savepoint = connection.begin_nested()
    taken = _take(connection, host, shape_generation, more, now, 0) and _take_custom(
        connection, host, custom
    )
    savepoint.commit() if taken else savepoint.rollback()
    if taken:
        before = held(connection, uuid, host)
        after = {name: before.get(name, 0) + more.get(name, 0) for name in {*before, *more}}
        _put(connection, uuid, host, after)
    return taken


def shrink(
    connection: Connection, uuid: str, host: str, resources: Mapping[str, int], now: int
) -> bool:
    """Have an instance hold no more than this of a host; answers whether it held more."""
    before = held(connection, uuid, host)
    surplus = {name: before[name] - resources.get(name, 0) for name in before}
    surplus = {name: amount for name, amount in surplus.items() if amount > 0}
    if not surplus:
        return False
    _put(connection, uuid, host, {name: before[name] - surplus.get(name, 0) for name in before})
    _give_back(connection, host, surplus, now, 0)
    return True


def _put(connection: Connection, uuid: str, host: str, resources: Mapping[str, int]) -> None:
    mine = update(claims).where(claims.c.uuid == uuid, claims.c.host == host)
    custom = {n: amount for n, amount in resources.items() if n not in STANDARD and amount}
    connection.execute(mine.values(**_amounts(resources), resources=custom))


def hosts_of(connection: Connection, uuid: str) -> set[str]:
    """The hosts on which an instance holds something."""
    return set(connection.scalars(select(claims.c.host).where(claims.c.uuid == uuid)))


def release(connection: Connection, uuid: str, now: int, *, host: str | None = None) -> list[str]:
    """Give back what an instance holds (on one host, or all); answers the hosts concerned."""
    wanted = claims.c.uuid == uuid
    if host is not None:
        wanted = and_(wanted, claims.c.host == host)
    held = connection.execute(select(claims).where(wanted).order_by(claims.c.host)).all()
    freed = []
    for claim in held:
        mine = and_(claims.c.uuid == uuid, claims.c.host == claim.host)
        if not connection.execute(delete(claims).where(mine)).rowcount:
            continue
        freed.append(claim.host)
        _give(connection, claim, now)
    member = group_members.c.uuid == uuid
    if host is not None:
        member = and_(member, group_members.c.host == host)
    connection.execute(delete(group_members).where(member))
    return freed


def _give(connection: Connection, claim: Any, now: int) -> None:
    standard = {name: getattr(claim, column) for name, column in STANDARD.items()}
    _give_back(connection, claim.host, {**standard, **claim.resources}, now, 1)


def _give_back(
    connection: Connection, host: str, resources: Mapping[str, int], now: int, number: int
) -> None:
    asked = {f"ask_{name}": amount for name, amount in _amounts(resources).items()}
    values = {"host": host, "at": now, "due": now + PUBLISH_DELAY, "number": number}
    connection.execute(_GIVE, {**values, **asked})
    for name in sorted(set(resources) - set(STANDARD)):
        connection.execute(
            update(host_resources)
            .where(host_resources.c.host == host, host_resources.c.resource_class == name)
            .values(used=host_resources.c.used - resources[name])
        )
