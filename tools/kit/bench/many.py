# SPDX-License-Identifier: Apache-2.0
"""1,000 servers wished in one request: how soon it is accepted, how soon the last one is ACTIVE."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from kit.bench import clouds
from kit.bench.http_client import Api

SERVERS = 1000
TICKS = 100


def run() -> dict[str, Any]:
    """On the standalone cloud with the fake driver: two cells of three hosts."""
    with clouds.standalone() as access:
        Api(access).unlimited(access["project"])
        Api(access).wait(Api(access).boot(access, "warm"))
        before = cpu_seconds(access["pid"])
        figures = measure(access)
        spent = cpu_seconds(access["pid"]) - before
    return {**figures, "cpu_ms_per_boot": round(spent * 1000 / SERVERS, 2)}


def measure(access: dict[str, Any]) -> dict[str, Any]:
    """One request on any cloud; the clock stops when the last server is ACTIVE."""
    api = Api(access)
    before, start = api.count("ACTIVE"), time.perf_counter()
    api.boot(access, "many", more={"min_count": SERVERS, "return_reservation_id": True})
    accepted = time.perf_counter() - start
    while api.count("ACTIVE") < before + SERVERS:
        if failed := api.count("ERROR"):
            raise RuntimeError(f"{failed} servers are in ERROR")
        time.sleep(0.2)
    took = time.perf_counter() - start
    return {
        "post_1000_ms": round(accepted * 1000),
        "all_active_s": round(took, 2),
        "boots_per_s_of_one_request": round(SERVERS / took, 1),
    }


def cpu_seconds(pid: int) -> float:
    """What a process has used of processors so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
