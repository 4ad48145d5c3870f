# SPDX-License-Identifier: Apache-2.0
"""Audit periods: whole calendar months. The one before a moment is the last that has ended."""

from __future__ import annotations

from datetime import datetime

from nova_cells.global_api.faults import BadRequest

FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S.%f")


def moment_of(text: str) -> datetime:
    """The moment a path names, in UTC."""
    for form in FORMS:
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    raise BadRequest(f"Invalid timestamp for date {text}")


def last_before(moment: datetime) -> tuple[datetime, datetime]:
    """Beginning and end."""
    end = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if (end.year, end.month) == (1, 1):
        raise BadRequest(f"Invalid timestamp for date {moment}: no period has ended before it.")
    beginning = (
        end.replace(month=end.month - 1)
        if end.month > 1
        else end.replace(year=end.year - 1, month=12)
    )
    return beginning, end
