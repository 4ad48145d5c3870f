# SPDX-License-Identifier: Apache-2.0
"""The metadata all tables of the global database hang on, and the columns they share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column

from nova_cells.runtime.db import types

metadata = types.metadata()


def uuid_column(name: str = "uuid", **options: Any) -> Column[str]:
    """A column that holds a uuid; it compares as text."""
    return Column(name, types.Uuid, **options)
