# SPDX-License-Identifier: Apache-2.0
"""A cell is emptied on a cluster of three while tenants look at their servers and act on them.

No request is sent twice: whatever is answered with 400 or more counts as failed.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from kit.bench import clouds
from kit.bench.http_client import Api

CELL = "east"
TENANTS = 4
PAUSE = 0.05
"""Seconds between two requests of a tenant."""
PATIENCE = 1800.0


class Manage:
    """nova-cells-manage against the cluster in a state folder."""

    def __init__(self, state: Path) -> None:
        self._file = ["--config-file", str(state / "etc" / "global.conf")]

    def __call__(self, *words: str, transport_url: str = "") -> str:
        command = [str(Path(sys.executable).parent / "nova-cells-manage"), *words, *self._file]
        env = {**os.environ, "NOVA_CELLS_TRANSPORT_URL": transport_url}
        done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}: {done.stderr}")
        return done.stdout


class Tenant(threading.Thread):
    """Looks at all servers, and at one after the other of its own, and acts on that."""

    def __init__(self, access: dict[str, Any], everything: list[str], mine: list[str]) -> None:
        super().__init__(daemon=True)
        self._api, self._access = Api(access), access
        self._all, self._mine = set(everything), mine
        self.enough = threading.Event()
        self.failures: list[str] = []
        self.times: dict[str, list[float]] = {}

    def run(self) -> None:
        number = 0
        while not self.enough.is_set():
            uuid = self._mine[number % len(self._mine)]
            self._round(uuid, number)
            number += 1

    def _round(self, uuid: str, number: int) -> None:
        server = f"/servers/{uuid}"
        self._timed("list", self._list)
        self._timed("show", lambda: self._api.call("GET", server))
        told = {"metadata": {"seen": str(number)}}
        self._timed("metadata", lambda: self._api.call("POST", f"{server}/metadata", told))
        self._timed("tag", lambda: self._api.call("PUT", f"{server}/tags/t{number % 5}"))
        self._timed("metadata shown", lambda: self._shown(server, str(number)))
        reboot = {"reboot": {"type": "HARD"}}
        self._timed("reboot", lambda: self._api.call("POST", f"{server}/action", reboot))
        console: dict[str, Any] = {"os-getConsoleOutput": {}}
        self._timed("console", lambda: self._api.call("POST", f"{server}/action", console))
        self._timed("actions", lambda: self._api.call("GET", f"{server}/os-instance-actions"))
        if number % 10 == 0:
            self._timed("come and go", self._come_and_go)

    def _come_and_go(self) -> None:
        uuid = self._api.boot(self._access, "passing", flavor="m1.nano")
        self._api.call("DELETE", f"/servers/{uuid}")

    def _list(self) -> None:
        seen = Counter(each["id"] for each in self._api.call("GET", "/servers/detail")["servers"])
        twice = [uuid for uuid, times in seen.items() if times > 1]
        if twice or self._all - seen.keys():
            raise RuntimeError(f"listed twice: {twice}, not at all: {self._all - seen.keys()}")

    def _shown(self, server: str, number: str) -> None:
        found = self._api.call("GET", server)["server"]
        if found["metadata"].get("seen") != number or found["status"] == "ERROR":
            raise RuntimeError(f"{server} is shown as {found['status']}, {found['metadata']}")

    def _timed(self, name: str, request: Callable[[], Any]) -> None:
        began = time.perf_counter()
        try:
            request()
        except RuntimeError as fault:
            self.failures.append(f"{name}: {fault}")
        self.times.setdefault(name, []).append(time.perf_counter() - began)
        time.sleep(PAUSE)


def run() -> dict[str, Any]:
    """Of 200 servers, or as many as NOVA_CELLS_DRAINED says."""
    count = int(os.environ.get("NOVA_CELLS_DRAINED", "200"))
    with clouds.cluster(hosts=4) as access:
        Api(access).unlimited(access["project"])
        figures = measure(access, Path(access["state"]), count)
        del figures["uuids"]
        return figures


def measure(access: dict[str, Any], state: Path, count: int) -> dict[str, Any]:
    """Fill the cell, empty it, pausing once on the way; failures and times as they were."""
    manage, api = Manage(state), Api(access)
    servers = _fill(manage, api, access, count)
    tenants = [Tenant(access, servers, servers[at::TENANTS]) for at in range(TENANTS)]
    with ExitStack() as after:
        for tenant in tenants:
            tenant.start()
            after.callback(tenant.join)
            after.callback(tenant.enough.set)
        began = time.monotonic()
        seen = _drain(manage, access, count)
        taken = time.monotonic() - began
    failures = [failure for tenant in tenants for failure in tenant.failures]
    manage("cell", "enable", CELL)
    return {
        "servers": count,
        "seconds": round(taken, 1),
        "paused": seen,
        "requests": sum(len(each) for tenant in tenants for each in tenant.times.values()),
        "failed": len(failures),
        "failed_by_kind": Counter(failure.partition(":")[0] for failure in failures),
        "failures": failures[:20],
        "not_elsewhere": [each for each in servers if not _rests(Api(access), each)],
        "ms": _times(tenants),
        "uuids": servers,
    }


def _fill(manage: Manage, api: Api, access: dict[str, Any], count: int) -> list[str]:
    others = [row["Name"] for row in json.loads(manage("cell", "list", "--format", "json"))]
    others.remove(CELL)
    for name in others:
        manage("cell", "disable", name)
    _until(lambda: _states(access, others) == {"disabled"})
    more = {"min_count": count, "return_reservation_id": True}
    wanted = api.boot(access, "drained", flavor="m1.nano", more=more)
    path = f"/servers/detail?reservation_id={wanted}"
    _until(lambda: {s["status"] for s in api.call("GET", path)["servers"]} == {"ACTIVE"})
    for name in others:
        manage("cell", "enable", name)
    return [server["id"] for server in api.call("GET", path)["servers"]]


def _drain(manage: Manage, access: dict[str, Any], count: int) -> dict[str, int]:
    """Begins, pauses, sees that nothing begins any more, resumes, waits for the end."""
    manage("cell", "drain", CELL)
    manage("cell", "drain", CELL, "--pause")
    _until(lambda: (at := _progress(access))["paused"] and not at["moving"])
    left = _progress(access)["left"]
    time.sleep(3)
    seen = {"left": left, "left_later": _progress(access)["left"], "total": count}
    manage("cell", "drain", CELL, "--resume")
    _until(lambda: not _progress(access)["operation"])
    return seen


def _progress(access: dict[str, Any]) -> dict[str, Any]:
    """As `/cells/v1/drains` tells it."""
    found = _cells(access, "drains")["drains"]
    return next((each for each in found if each["cell"] == CELL), {"left": 0, "operation": None})


def _states(access: dict[str, Any], names: list[str]) -> set[str]:
    return {c["state"] for c in _cells(access, "cells")["cells"] if c["name"] in names}


def _cells(access: dict[str, Any], path: str) -> Any:
    root = access["endpoint"].removesuffix("/v2.1")
    return Api({**access, "endpoint": f"{root}/cells/v1"}).call("GET", f"/{path}")


def _rests(api: Api, uuid: str) -> bool:
    """Whether it is ACTIVE at last, in another cell."""
    api.wait(uuid)
    host = api.call("GET", f"/servers/{uuid}")["server"]["OS-EXT-SRV-ATTR:host"]
    return not host.startswith(f"{CELL}-")


def _times(tenants: list[Tenant]) -> dict[str, dict[str, float]]:
    found = {}
    for name in tenants[0].times:
        times = sorted(each for tenant in tenants for each in tenant.times.get(name, ()))
        spots = {"median": statistics.median(times), "p99": times[int(len(times) * 0.99)]}
        found[name] = {
            spot: round(value * 1000, 1) for spot, value in (spots | {"most": times[-1]}).items()
        }
    return found


def _until(condition: Callable[[], Any]) -> None:
    ends = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > ends:
            raise RuntimeError("it did not come to pass")
        time.sleep(0.2)
