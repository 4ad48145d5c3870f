# SPDX-License-Identifier: Apache-2.0
"""What reading costs: CPU and time of a request, an old version's price, requests a second.

CPU time is what the API's processes used, from /proc, so it holds on a busy machine; wall times and
requests a second need a quiet one.
"""

from __future__ import annotations

import socket
import statistics
import threading
import time
from pathlib import Path
from typing import Any

from kit.bench import clouds
from kit.bench.http_client import Api
from kit.bench.many import cpu_seconds

SERVERS = 1000
OLDEST, HEAD = "2.1", "2.104"
CHEAP = ("/servers/{id}", "/flavors/detail", "/servers?limit=100", "/servers/detail?limit=100")


def run() -> dict[str, Any]:
    """Single requests on a standalone cloud; requests a second on an API of two workers."""
    figures: dict[str, Any] = {}
    with clouds.standalone(cells=3, hosts=3) as access:
        uuid = fill(access)
        pid = access["pid"]
        for path in CHEAP:
            figures[path] = cost(access, path.format(id=uuid), lambda: cpu_seconds(pid), 200)
        figures["/servers/detail?limit=1000"] = versions(access, lambda: cpu_seconds(pid))
    with clouds.cluster(cells=2, hosts=3, api_workers=2) as access:
        uuid = fill(access, 100)
        figures["show, 2 workers, 8 clients"] = throughput(
            access, f"/servers/{uuid}", lambda: family_cpu(access["pids"]["api"])
        )
        figures["flavors, 2 workers, 8 clients"] = throughput(
            access, "/flavors/detail", lambda: family_cpu(access["pids"]["api"])
        )
    return figures


def fill(access: dict[str, Any], servers: int = SERVERS) -> str:
    """Boot servers; answers the uuid of one."""
    api = Api(access)
    api.unlimited(access["project"])
    api.boot(access, "many", more={"min_count": servers, "return_reservation_id": True})
    while api.count("ACTIVE") < servers:
        if failed := api.count("ERROR"):
            raise RuntimeError(f"{failed} servers are in ERROR")
        time.sleep(0.2)
    time.sleep(3)
    uuid: str = api.call("GET", "/servers?limit=1")["servers"][0]["id"]
    return uuid


def cost(access: dict[str, Any], path: str, cpu: Any, times: int) -> dict[str, float]:
    """One client, one request after the other."""
    line = Line(access, path)
    for _ in range(20):
        line.ask()
    took, before = [], cpu()
    for _ in range(times):
        start = time.perf_counter()
        line.ask()
        took.append(time.perf_counter() - start)
    spent = cpu() - before
    return {
        "cpu_ms": round(spent * 1000 / times, 2),
        "median_ms": round(statistics.median(took) * 1000, 2),
    }


def versions(access: dict[str, Any], cpu: Any, rounds: int = 5, each: int = 5) -> dict[str, float]:
    """The same list in the oldest and the newest version by turns, so that noise hits both."""
    path = "/servers/detail?limit=1000"
    spent = dict.fromkeys((OLDEST, HEAD), 0.0)
    took: dict[str, list[float]] = {OLDEST: [], HEAD: []}
    lines = {version: Line(access, path, version) for version in spent}
    for line in lines.values():
        line.ask()
    for _ in range(rounds):
        for version, line in lines.items():
            before = cpu()
            for _again in range(each):
                start = time.perf_counter()
                line.ask()
                took[version].append(time.perf_counter() - start)
            spent[version] += cpu() - before
    requests = rounds * each
    median = {version: statistics.median(found) for version, found in took.items()}
    return {
        "head_cpu_ms": round(spent[HEAD] * 1000 / requests, 1),
        "oldest_cpu_ms": round(spent[OLDEST] * 1000 / requests, 1),
        "cpu_ratio": round(spent[OLDEST] / spent[HEAD], 2),
        "head_median_ms": round(median[HEAD] * 1000, 1),
        "oldest_median_ms": round(median[OLDEST] * 1000, 1),
        "median_ratio": round(median[OLDEST] / median[HEAD], 2),
    }


def throughput(
    access: dict[str, Any], path: str, cpu: Any, clients: int = 8, seconds: float = 8.0
) -> dict[str, float]:
    """Requests a second from some clients that never pause, on one connection each."""
    counts = [0] * clients
    lines = [Line(access, path) for _ in range(clients)]
    end = time.monotonic() + seconds

    def work(number: int) -> None:
        while time.monotonic() < end:
            lines[number].ask()
            counts[number] += 1

    for line in lines:
        line.ask()
    threads = [threading.Thread(target=work, args=(n,)) for n in range(clients)]
    before, start = cpu(), time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took, spent, done = time.monotonic() - start, cpu() - before, sum(counts)
    return {"per_s": round(done / took, 1), "cpu_ms": round(spent * 1000 / done, 2)}


def family_cpu(pid: int) -> float:
    """What a process and its children have used."""
    total = cpu_seconds(pid)
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            total += cpu_seconds(int(entry.name))
    return total


class Line:
    """One connection that asks one thing: next to nothing of the figures is the client's."""

    def __init__(self, access: dict[str, Any], path: str, version: str = HEAD) -> None:
        where, _, prefix = access["endpoint"].removeprefix("http://").partition("/")
        host, _, port = where.partition(":")
        self._socket = socket.create_connection((host, int(port)), timeout=120)
        lines = [
            f"GET /{prefix}{path} HTTP/1.1",
            f"Host: {where}",
            f"X-Auth-Token: {access['tokens']['admin']}",
            f"OpenStack-API-Version: compute {version}",
        ]
        self._request = ("\r\n".join(lines) + "\r\n\r\n").encode()

    def ask(self) -> int:
        """Answers the length of the body."""
        self._socket.sendall(self._request)
        got = self._socket.recv(1 << 20)
        while b"\r\n\r\n" not in got:
            got += self._socket.recv(1 << 20)
        head, _, rest = got.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(got[:300].decode())
        length = next(
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length")
        )
        left = length - len(rest)
        while left > 0:
            left -= len(self._socket.recv(1 << 20))
        return length
