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
        api = Api(access)
        api.unlimited(access["project"])
        api.wait(api.boot(access, "warm"))
        cpu, start = cpu_seconds(access["pid"]), time.perf_counter()
        api.boot(access, "many", more={"min_count": SERVERS, "return_reservation_id": True})
        accepted = time.perf_counter() - start
        while api.count("ACTIVE") < SERVERS + 1:
            if failed := api.count("ERROR"):
                raise RuntimeError(f"{failed} servers are in ERROR")
            time.sleep(0.2)
        took = time.perf_counter() - start
        spent = cpu_seconds(access["pid"]) - cpu
    return {
        "post_1000_ms": round(accepted * 1000),
        "all_active_s": round(took, 2),
        "boots_per_s": round(SERVERS / took, 1),
        "cpu_ms_per_boot": round(spent * 1000 / SERVERS, 2),
    }


def cpu_seconds(pid: int) -> float:
    """What a process has used of processors so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
