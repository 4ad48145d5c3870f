# SPDX-License-Identifier: Apache-2.0
"""Servers with a port and a volume come and go while our processes are killed.

Afterwards the services are asked what they have of the project: nothing may be left.
"""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kit.conformance import images
from kit.stack.rest import Refused, Rest
from kit.stack.stack import Stack

from tests.crash.client import until, until_clean
from tests.crash.processes import Child
from tests.stack.roles import StackRoles

IMAGE, VOLUMES = "cycles", "volume 3.71"
PATIENCE = 300.0
QUIET = 180.0  # seconds; what was left on the way is swept a minute later
PAUSE = 0.5
VICTIMS = ("east-conductor-1", "east-conductor-2", "east-compute")


class Cycles:
    """`many` servers of one project, `at_once` of them at a time."""

    def __init__(self, stack: Stack, cloud: StackRoles) -> None:
        self._cloud = cloud
        catalog = stack.catalog()
        # Of its own each time: what a run that was broken off has left is none of this one's.
        self._name = name = f"cycles-{cloud.root.name}"
        self._project = catalog.project(name)
        catalog.user(name, self._project, "member", "reader")
        urls, token = stack.urls, catalog.token(name, name)
        admin = catalog.token("admin", "admin")
        self._compute = cloud.client(name, name)
        self._ports = Rest(f"{urls['neutron']}/v2.0", admin)
        self._volumes = Rest(f"{urls['cinder']}/{catalog.project('admin')}", admin, VOLUMES)
        self._image = images.ensure(urls["glance"], admin, IMAGE)[IMAGE]
        self._own_volumes = Rest(f"{urls['cinder']}/{self._project}", token, VOLUMES)
        self._limits()
        self._network = self._make_network(Rest(f"{urls['neutron']}/v2.0", token))

    def run(self, many: int, at_once: int, seed: int) -> dict[str, Any]:
        """Do it; what became of the servers, who was killed how often, how long it took."""
        told = self._cloud.root / "cycles.json"
        began = time.monotonic()

        def load() -> None:
            with ThreadPoolExecutor(at_once) as pool:
                ends = Counter(pool.map(self.cycle, range(many)))
            told.with_suffix(".part").write_text(json.dumps(ends))
            told.with_suffix(".part").replace(told)

        log = self._cloud.root / "cycles.log"
        log.touch()
        child = Child(load, log)
        killed = self._kill_until(lambda: told.exists() or "Traceback" in log.read_text(), seed)
        if child.wait():
            raise AssertionError(log.read_text()[-3000:])
        seconds = round(time.monotonic() - began, 1)
        return {"ends": json.loads(told.read_text()), "killed": killed, "seconds": seconds}

    def clean(self) -> None:
        """Wait until no service has anything of the project, nor have our own stores."""
        until_clean(self.left, QUIET)
        self._cloud.settled([])

    def left(self) -> list[str]:
        """What the services still have."""
        mine = f"project_id={self._project}"
        ports = self._ports.get(f"/ports?{mine}&fields=id&fields=device_owner&fields=device_id")
        found = [
            f"port {port['id']} of {port['device_id']}"
            for port in ports["ports"]
            if not port["device_owner"].startswith("network:")
        ]
        for kind in ("volumes", "attachments", "snapshots"):
            rows = self._volumes.get(f"/{kind}/detail?all_tenants=1&{mine}")[kind]
            found += [f"{kind} {row['id']} {row['status']}" for row in rows]
        servers = self._compute.get("/servers")["servers"]
        return found + [f"server {server['id']}" for server in servers]

    def cycle(self, number: int) -> str:
        """One server from wish to grave; "ACTIVE", or why it did not become so."""
        uuid = self.boot(f"cycle-{number}")
        self.wait(uuid)
        end = self._end(uuid)
        self.remove(uuid)
        return end

    def wait(self, uuid: str) -> None:
        """Until it is there, or has failed."""
        until(lambda: self._status(uuid) in ("ACTIVE", "ERROR"), f"{uuid} is there", PATIENCE)

    def remove(self, uuid: str) -> None:
        """Delete it and wait until it is gone."""
        until(lambda: self._asked(self._compute.delete, f"/servers/{uuid}"), "deleted", PATIENCE)
        until(lambda: self._status(uuid) == "", f"{uuid} is gone", PATIENCE)

    def volume(self) -> str:
        """A volume of the project, for a server that takes it with it."""
        made = self._own_volumes.post("/volumes", {"volume": {"size": 1, "name": self._name}})
        uuid = str(made["volume"]["id"])

        def ready() -> bool:
            found = self._own_volumes.get(f"/volumes/{uuid}")["volume"]
            return bool(found["status"] == "available")

        until(ready, f"volume {uuid} is available", PATIENCE)
        return uuid

    def boot(self, name: str, volume: str | None = None) -> str:
        """Ask for a server with a port and a volume, this or a blank one; its uuid."""
        second: dict[str, Any] = {"source_type": "blank", "volume_size": 1}
        if volume:
            second = {"source_type": "volume", "uuid": volume}
        second |= {"destination_type": "volume", "boot_index": -1, "delete_on_termination": True}
        disk = {"source_type": "image", "destination_type": "local", "uuid": self._image}
        server = {
            "name": name,
            "flavorRef": self._flavor(),
            "imageRef": self._image,
            "networks": [{"uuid": self._network}],
            "block_device_mapping_v2": [
                {**disk, "boot_index": 0, "delete_on_termination": True},
                second,
            ],
        }
        found: list[str] = []

        def taken() -> bool:
            try:
                found.append(self._compute.post("/servers", {"server": server})["server"]["id"])
            except Refused as refused:
                if refused.status != 503:
                    raise
                time.sleep(PAUSE)
            return bool(found)

        until(taken, f"somebody takes {name}", PATIENCE)
        return found[0]

    def _end(self, uuid: str) -> str:
        server = self._compute.get(f"/servers/{uuid}")["server"]
        if server["status"] == "ACTIVE":
            return "ACTIVE"
        return f"{server['status']}: {server.get('fault', {}).get('message')}"

    def _status(self, uuid: str) -> str:
        time.sleep(PAUSE)
        try:
            return str(self._compute.get(f"/servers/{uuid}")["server"]["status"])
        except Refused as refused:
            return "" if refused.status == 404 else "?"

    def _asked(self, ask: Callable[[str], Any], path: str) -> bool:
        try:
            ask(path)
        except Refused as refused:
            if refused.status not in (404, 409, 503):
                raise
            return refused.status == 404
        return True

    def _kill_until(self, over: Callable[[], bool], seed: int) -> dict[str, int]:
        """One victim after the other, each back after a moment; a fork needs a quiet parent."""
        chance = random.Random(seed)
        killed: Counter[str] = Counter()
        while not over():
            time.sleep(chance.uniform(2.0, 6.0))
            victim = chance.choice(VICTIMS)
            self._cloud.kill(victim)
            time.sleep(chance.uniform(0.1, 2.0))
            self._cloud.start(victim)
            killed[victim] += 1
        return dict(killed)

    def _flavor(self) -> str:
        found = self._compute.get("/flavors")["flavors"]
        return str(next(each["id"] for each in found if each["name"] == "m1.nano"))

    def _limits(self) -> None:
        """As many as are asked for: this is no test of quotas."""
        self._ports.put(f"/quotas/{self._project}", {"quota": {"port": -1}})
        limits = {"volumes": -1, "gigabytes": -1, "snapshots": -1}
        self._volumes.put(f"/os-quota-sets/{self._project}", {"quota_set": limits})

    def _make_network(self, network: Rest) -> str:
        made = network.ensure("/networks", self._name)
        network.ensure(
            "/subnets", self._name, network_id=made["id"], cidr="10.77.0.0/20", ip_version=4
        )
        return str(made["id"])
