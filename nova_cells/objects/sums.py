# SPDX-License-Identifier: Apache-2.0
"""One number for the versions of many servers: equal sums mean that two sides know the same.

Both sides compute it from their own rows, in any order; it is no protection against malice.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any


def sums_of(rows: Iterable[Any]) -> dict[str, list[Any]]:
    """Project → [number, sum] from rows of (project_id, uuid, epoch, revision)."""
    found: dict[str, list[Any]] = {}
    for project, uuid, epoch, revision in rows:
        known = found.setdefault(project, [0, 0])
        known[0] += 1
        known[1] ^= _one(f"{uuid}/{epoch}/{revision}")
    return {project: [number, f"{total:016x}"] for project, (number, total) in found.items()}


def _one(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())
