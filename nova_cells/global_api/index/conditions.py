# SPDX-License-Identifier: Apache-2.0
"""From a `ServerQuery` to SQL conditions. One statement answers a list, whatever it asks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, not_, or_, select

from nova_cells.global_api.db.tables.host_index import host_index
from nova_cells.global_api.db.tables.server_index import server_index, server_metadata, server_tags
from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.index.query import ServerQuery

_i = server_index.c
_t = server_tags.c
_m = server_metadata.c

HOST_JOIN = and_(
    host_index.c.name == _i.host,
    host_index.c.cell_uuid == _i.cell_uuid,
    host_index.c.deleted.is_(False),
)
ZONE: ColumnElement[Any] = func.coalesce(
    case((_i.host.is_not(None), host_index.c.zone)), _i.pinned_availability_zone
)


def column(name: str) -> ColumnElement[Any]:
    """A column lists may filter and sort by."""
    if name == "zone":
        return ZONE
    if name not in _i:
        raise BadRequest(f"Invalid filter or sort key: {name}")
    return _i[name]


def conditions(query: ServerQuery) -> list[ColumnElement[bool]]:
    """All that must hold, the marker apart."""
    return [*_plain(query), *_patterns(query), *_labels(query)]


def _plain(query: ServerQuery) -> Iterator[ColumnElement[bool]]:
    if query.project_id is not None:
        yield _i.project_id == query.project_id
    if query.deleted is not None:
        yield _i.deleted.is_(query.deleted)
    if not query.soft_deleted:
        yield _i.vm_state != "soft-delete"
    if query.uuids is not None:
        yield _i.uuid.in_(query.uuids) if query.uuids else false()
    if query.changed_since is not None:
        yield _i.updated_at >= query.changed_since
    if query.changed_before is not None:
        yield _i.updated_at <= query.changed_before
    for name, value in sorted(query.equal.items()):
        yield _matches(column(name), value)


def _matches(wanted: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    if not isinstance(value, (tuple, list, set, frozenset)):
        return wanted.is_(None) if value is None else wanted == value
    some = [item for item in value if item is not None]
    found = wanted.in_(some) if some else false()
    return or_(found, wanted.is_(None)) if None in value else found


def _patterns(query: ServerQuery) -> Iterator[ColumnElement[bool]]:
    if query.name is not None:
        yield _i.name.regexp_match(_checked(query.name, "name"))
    if query.ip is not None:
        yield _i.addresses_v4.regexp_match("(?m)" + _checked(query.ip, "ip"))
    if query.ip6 is not None:
        yield _i.addresses_v6.regexp_match("(?m)" + _checked(query.ip6, "ip6"))


def _checked(pattern: str, name: str) -> str:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise BadRequest(f"Invalid regular expression in filter {name}: {error}") from error
    return pattern


def _labels(query: ServerQuery) -> Iterator[ColumnElement[bool]]:
    yield from (_tagged(_t.tag == tag) for tag in query.tags)
    if query.tags_any:
        yield _tagged(_t.tag.in_(query.tags_any))
    if query.not_tags:
        yield not_(and_(*[_tagged(_t.tag == tag) for tag in query.not_tags]))
    if query.not_tags_any:
        yield not_(_tagged(_t.tag.in_(query.not_tags_any)))
    for key, value in sorted(query.metadata.items()):
        yield exists().where(_m.uuid == _i.uuid, _m.key == key, _m.value == value)


def _tagged(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(_t.uuid == _i.uuid, condition)


def with_hosts(statement: Select[Any]) -> Select[Any]:
    """Join what changes without the server: its host's state and zone."""
    return statement.select_from(server_index.outerjoin(host_index, HOST_JOIN))


def counted(query: ServerQuery) -> Select[Any]:
    """How many servers there are."""
    return with_hosts(select(func.count())).where(*conditions(query))
