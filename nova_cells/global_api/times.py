# SPDX-License-Identifier: Apache-2.0
"""Moments as the public API writes them. Inside they are whole microseconds since the epoch."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=8192)
def precise(instant: int | None) -> str | None:
    """`2026-01-02T03:04:05.000006`, without a zone: services, actions, key pairs."""
    if instant is None:
        return None
    return (_EPOCH + timedelta(microseconds=instant)).strftime("%Y-%m-%dT%H:%M:%S.%f")


@lru_cache(maxsize=8192)
def whole_seconds(instant: int | None) -> str | None:
    """`2026-01-02T03:04:05Z`: created and updated of servers."""
    if instant is None:
        return None
    return (_EPOCH + timedelta(microseconds=instant)).strftime("%Y-%m-%dT%H:%M:%SZ")
