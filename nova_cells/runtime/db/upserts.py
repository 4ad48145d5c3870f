# SPDX-License-Identifier: Apache-2.0
"""Insert-or-update and row locks, the same words for the three databases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, case, literal_column
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import BindParameter

_ONE: Any = literal_column("1")
_ZERO: Any = literal_column("0")

Where = Callable[[Any, Any], ColumnElement[bool]]


def upsert(
    connection: Connection,
    table: Table,
    values: dict[str, Any] | Sequence[dict[str, Any]],
    keys: Sequence[str],
    where: Where | None = None,
    *,
    update: Sequence[str] | None = None,
) -> None:
    """Insert rows; where `keys` (a primary or unique key) exist already, set the other columns.

    `update` names the columns to set, default all that are not keys. `where(old, new)` gets the
    table's columns and the proposed row's; where it is false the old row stays as it is.
    """
    rows = [values] if isinstance(values, dict) else list(values)
    if not rows:
        return
    names = list(update) if update is not None else [n for n in rows[0] if n not in keys]
    if connection.dialect.name == "mysql":
        _upsert_mysql(connection, table, rows, names, where)
        return
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table)
    columns = [table.c[key] for key in keys]
    if not names:
        connection.execute(statement.on_conflict_do_nothing(index_elements=columns), rows)
        return
    new = statement.excluded
    condition = where(table.c, new) if where is not None else None
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=columns, set_={name: new[name] for name in names}, where=condition
        ),
        rows,
    )


def _upsert_mysql(
    connection: Connection,
    table: Table,
    rows: list[dict[str, Any]],
    names: list[str],
    where: Where | None,
) -> None:
    """MariaDB sets columns from left to right and each sees the ones before it already set.

    So a conditional update first keeps the verdict in a user variable, read by every column.
    """
    statement = mysql.insert(table)
    new = statement.inserted
    if not names:
        key = next(iter(rows[0]))
        connection.execute(statement.on_duplicate_key_update({key: table.c[key]}), rows)
        return
    if where is None:
        connection.execute(statement.on_duplicate_key_update({n: new[n] for n in names}), rows)
        return
    verdict: Any = where(table.c, new)
    kept: Any = literal_column("@nova_cells_newer")
    changes: list[tuple[str, Any]] = []
    for position, name in enumerate(names):
        judged = kept.op(":=")(case((verdict, _ONE), else_=_ZERO))
        test = judged.self_group() if position == 0 else kept
        changes.append((name, case((test == _ONE, new[name]), else_=table.c[name])))
    statement = statement.on_duplicate_key_update(changes)
    if any(isinstance(part, BindParameter) for part in visitors.iterate(verdict)):
        # PyMySQL makes one statement of many rows, and knows no parameters after VALUES then.
        for row in rows:
            connection.execute(statement, row)
        return
    connection.execute(statement, rows)


def insert_ignore(connection: Connection, table: Table, values: Any, keys: Sequence[str]) -> None:
    """Insert rows; where `keys` exist already, do nothing."""
    upsert(connection, table, values, keys, update=())


def for_update(statement: Select[Any], *, skip_locked: bool = False) -> Select[Any]:
    """Lock the rows read until the transaction ends; SQLite needs and has no such thing."""
    return statement.with_for_update(skip_locked=skip_locked)
