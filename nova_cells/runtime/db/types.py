# SPDX-License-Identifier: Apache-2.0
"""Column types that mean the same on SQLite, MariaDB and PostgreSQL.

Text compares and sorts by its bytes everywhere (MariaDB's default folds case, PostgreSQL's follows
a locale), so take `Uuid`, `Name` and `LongText` from here, and `metadata()` for the tables.
"""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import BigInteger, Integer, MetaData, String, Table, Text, event
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_MARK = "nova_cells"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _text(length: int) -> String:
    return String(length).with_variant(String(length, collation="C"), "postgresql")


Instant = BigInteger
"""A moment: microseconds since the epoch."""

Uuid = _text(36)
Name = _text(255)
Code = _text(64)
LongText = (
    Text().with_variant(mysql.LONGTEXT(), "mysql").with_variant(Text(collation="C"), "postgresql")
)
Serial = BigInteger().with_variant(Integer(), "sqlite")
"""For a primary key the database counts up by itself."""


class Json(TypeDecorator[Any]):
    """Any JSON value, kept as text. None is SQL NULL."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        kind: TypeEngine[Any] = mysql.LONGTEXT() if dialect.name == "mysql" else Text()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else orjson.dumps(value).decode()

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else orjson.loads(value)


def metadata() -> MetaData:
    """For one schema: constraints get predictable names, MariaDB tables InnoDB and byte order."""
    return MetaData(naming_convention=NAMING, info={_MARK: True})


@event.listens_for(Table, "after_parent_attach")
def _set_mysql_options(table: Table, parent: object) -> None:
    if isinstance(parent, MetaData) and parent.info.get(_MARK):
        options = table.dialect_options["mysql"]
        options["engine"] = "InnoDB"
        options["charset"] = "utf8mb4"
        options["collate"] = "utf8mb4_bin"
