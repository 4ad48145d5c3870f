# SPDX-License-Identifier: Apache-2.0
"""How fast servers are accepted and become ACTIVE."""

from __future__ import annotations

import statistics
import threading
import time
from typing import Any

from kit.bench.http_client import Api


def single(access: dict[str, Any], count: int = 60) -> dict[str, float]:
    """One client, one server at a time: medians in milliseconds."""
    api = Api(access)
    posted, active = [], []
    for number in range(count):
        start = time.perf_counter()
        uuid = api.boot(access, f"single-{number}")
        posted.append(time.perf_counter() - start)
        api.wait(uuid)
        active.append(time.perf_counter() - start)
    return {
        "post_median_ms": round(statistics.median(posted) * 1000, 2),
        "active_median_ms": round(statistics.median(active) * 1000, 2),
    }


def sustained(access: dict[str, Any], count: int = 400, parallel: int = 8) -> dict[str, float]:
    """`count` servers from `parallel` clients; the clock stops when the last one is ACTIVE."""
    before = Api(access).count("ACTIVE")
    numbers = iter(range(count))
    lock = threading.Lock()
    troubles: list[BaseException] = []

    def client() -> None:
        api = Api(access)
        try:
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                api.boot(access, f"sustained-{number}")
        except (OSError, RuntimeError) as trouble:
            troubles.append(trouble)

    threads = [threading.Thread(target=client) for _ in range(parallel)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    accepted = time.perf_counter() - start
    if troubles:
        raise RuntimeError(f"a client failed: {troubles[0]}") from troubles[0]
    api = Api(access)
    while api.count("ACTIVE") < before + count:
        if failed := api.count("ERROR"):
            raise RuntimeError(f"{failed} servers are in ERROR")
        time.sleep(0.05)
    return {
        "boots_per_s": round(count / (time.perf_counter() - start), 1),
        "accepts_per_s": round(count / accepted, 1),
    }
