# SPDX-License-Identifier: Apache-2.0
"""Real hosts of a cluster: each a libvirtd in namespaces, under the name its cell knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kit.cluster.plan import Plan
from kit.quickstart import ground

LIBVIRT = """\
[libvirt]
connection_uris = {uris}
peer_uri = qemu+tcp://%(host)s/system
peer_addresses = {addresses}
"""


class Hypervisors:
    """Those of one cluster; a cluster with fake hosts has none."""

    def __init__(self, state: Path, plan: Plan) -> None:
        self._folder = state / "hosts"
        self._wanted = plan.host_names() if plan.driver == "libvirt" else []
        self._hosts: dict[str, dict[str, Any]] = {}

    def up(self) -> None:
        """Have them running."""
        if self._wanted:
            names = ",".join(self._wanted)
            told = self._tool("up", str(len(self._wanted)), "--names", names)
            self._hosts = {host["name"]: host for host in json.loads(told)["hosts"]}

    def stop(self) -> None:
        """End them and their guests; disks stay."""
        if self._folder.exists():
            self._tool("stop")

    def options(self, names: list[str]) -> str:
        """What the agent of these hosts has to know of them."""
        mine = {name: self._hosts[name] for name in names if name in self._hosts}
        if not mine:
            return ""
        return LIBVIRT.format(
            uris=",".join(f"{name}:{host['uri']}" for name, host in mine.items()),
            addresses=",".join(f"{name}:{host['address']}" for name, host in mine.items()),
        )

    def images(self) -> list[Path]:
        """Something for their guests to start from."""
        return [ground.guest_image()] if self._wanted else []

    def _tool(self, *words: str) -> str:
        return ground.tool("hosts", *words, "--state-dir", str(self._folder))
