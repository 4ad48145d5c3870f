# SPDX-License-Identifier: Apache-2.0
"""Order and markers. The order is total (the uuid ends it): no page repeats or misses a row.

A missing value sorts before all others on every database.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, UnaryExpression, and_, false, or_

from nova_cells.global_api.index.conditions import column
from nova_cells.global_api.index.query import ServerQuery

Keys = tuple[tuple[str, str], ...]


def sort_keys(query: ServerQuery) -> Keys:
    """The keys asked for, once each, ended by the uuid."""
    keys: dict[str, str] = {}
    for name, direction in query.sort:
        keys.setdefault(name, direction)
    keys.setdefault("uuid", next(reversed(keys.values()), "desc"))
    return tuple(keys.items())


def ordered(statement: Select[Any], keys: Keys, dialect: str) -> Select[Any]:
    """Add ORDER BY."""
    return statement.order_by(*[_order(name, way, dialect) for name, way in keys])


def _order(name: str, direction: str, dialect: str) -> UnaryExpression[Any]:
    key = column(name)
    wanted = key.asc() if direction == "asc" else key.desc()
    if dialect != "postgresql" or not getattr(key, "nullable", True):
        return wanted
    return wanted.nulls_first() if direction == "asc" else wanted.nulls_last()


def after(keys: Keys, marker: tuple[Any, ...]) -> ColumnElement[bool]:
    """Rows that come after the one whose sort values are `marker`."""
    choices: list[ColumnElement[bool]] = []
    same: list[ColumnElement[bool]] = []
    for (name, direction), value in zip(keys, marker, strict=True):
        key = column(name)
        choices.append(and_(*same, _beyond(key, direction, value)))
        same.append(key.is_(None) if value is None else key == value)
    return or_(*choices)


def _beyond(key: ColumnElement[Any], direction: str, value: Any) -> ColumnElement[bool]:
    if value is None:
        return key.is_not(None) if direction == "asc" else false()
    if isinstance(value, bool):
        further = direction == "asc"
        beyond = key.is_(further) if value is not further else false()
        return beyond if further else or_(beyond, key.is_(None))
    if direction == "asc":
        return key > value
    if getattr(key, "nullable", True):
        return or_(key < value, key.is_(None))
    return key < value
