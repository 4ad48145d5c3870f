# SPDX-License-Identifier: Apache-2.0
"""A standalone cloud: start-up, memory, boots, a list of 1,000 of 3,000 servers in three cells."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any

from kit.bench import boots, clouds
from kit.bench.http_client import Api


def run() -> dict[str, Any]:
    """All of it, each on a cloud of its own."""
    figures: dict[str, Any] = {}
    with clouds.standalone() as access:
        figures["ready_s"] = round(access["ready_s"], 2)
        figures["memory_mb"] = _memory(access["pid"])
        Api(access).unlimited(access["project"])
        figures |= boots.single(access)
        figures |= boots.sustained(access)
        figures["memory_after_boots_mb"] = _memory(access["pid"])
    with clouds.standalone(cells=3, hosts=3) as access:
        figures |= _list(access)
    return figures


def _list(access: dict[str, Any], servers: int = 3000) -> dict[str, float]:
    api = Api(access)
    api.unlimited(access["project"])
    filled = boots.sustained(access, servers)
    times = []
    for _ in range(15):
        start = time.perf_counter()
        size = len(api.raw("/servers/detail?limit=1000"))
        times.append(time.perf_counter() - start)
    return {
        "list_1000_of_3000_median_ms": round(statistics.median(times) * 1000, 1),
        "list_bytes": size,
        "filling_boots_per_s": filled["boots_per_s"],
    }


def _memory(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return round(pages * 4096 / 2**20, 1)
