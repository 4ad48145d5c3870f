# SPDX-License-Identifier: Apache-2.0
"""A call over the in-process transport, serialisation included."""

from __future__ import annotations

import statistics
import time
from typing import Any

from nova_cells.contracts import Changes
from nova_cells.objects import FeedItem
from nova_cells.runtime.messaging import Bus

CELL = "0f0e5a1c-6f0c-4c6b-9d3a-3b7f7d9c2a11"
ITEM = FeedItem(kind="host", key="host", revision=1, document={"name": "host"})


class _Endpoint:
    def changes(self, cell: str, items: list[FeedItem], deployment: str = "") -> list[str]:
        return [item.key for item in items]


def run() -> dict[str, Any]:
    """Median of a call with one object, in milliseconds."""
    bus = Bus("local://bench")
    server = bus.serve(Changes, _Endpoint(), address="bench", threads=2)
    server.start()
    client = bus.client(Changes)
    times = []
    for _ in range(1000):
        start = time.perf_counter()
        client.changes(cell=CELL, items=[ITEM])
        times.append(time.perf_counter() - start)
    server.stop()
    bus.close()
    return {"call_median_ms": round(statistics.median(times) * 1000, 3)}
