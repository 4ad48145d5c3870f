# SPDX-License-Identifier: Apache-2.0
"""A thousand nodes of a real Ironic, two agents on RabbitMQ, one of which is killed.

How soon all nodes are known, what agents and conductor take for that and afterwards, how many
queues there are, and how soon the dead one's nodes are served by the other, with its work.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from kit import paths, say

sys.path.insert(0, str(paths.TOOLS.parent))

from tests.crash.client import until
from tests.stack.baremetal import ground
from tests.stack.baremetal.roles import AGENTS, NodeRoles
from tests.stores import harness

MANY = int(os.environ.get("NOVA_CELLS_NODES", "1000"))
MINUTE = 60.0
NEVER_LOOKS = "wait_interval = 600\n"
ROLES = ("east-conductor-1", *AGENTS)


def run() -> dict[str, Any]:
    """Seconds, MiB, and seconds of processor time."""
    ground.address()
    for server in ("mariadb", "rabbitmq"):
        harness.server(server)
    cloud = NodeRoles("bench", MANY, {AGENTS[0]: NEVER_LOOKS})
    try:
        with say.step(f"making {MANY} nodes"), ThreadPoolExecutor(4) as pool:
            nodes = list(pool.map(lambda _number: ground.add_node("bench"), range(MANY)))
        return _measured(cloud)
    finally:
        cloud.close()
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(ground.remove_node, nodes))


def _measured(cloud: NodeRoles) -> dict[str, Any]:
    cloud.start("api", "router", "east-conductor-1")
    until(lambda: cloud.as_user("admin").call("GET", "/flavors")[0] == 200, "the API serves", 120)
    began = time.monotonic()
    cloud.begin(*AGENTS, seconds=300)
    figures: dict[str, Any] = {"known_s": round(time.monotonic() - began, 1)}
    until(lambda: min(len(mine) for mine in cloud.served().values()) > MANY // 4, "shared", 60)
    figures["shared_s"] = round(time.monotonic() - began, 1)
    time.sleep(15)
    figures["to_know_them"] = {name: _cost(cloud, name) for name in ROLES}
    figures["queues"] = len(_queues(cloud))
    before = {name: _cpu(cloud, name) for name in ROLES}
    time.sleep(MINUTE)
    figures["cpu_s_a_minute"] = {name: round(_cpu(cloud, name) - before[name], 1) for name in ROLES}
    return {**figures, **_takeover(cloud)}


def _takeover(cloud: NodeRoles) -> dict[str, Any]:
    first, second = AGENTS
    mine = sorted(cloud.served()[first])
    node, other = mine[:2]
    begun = cloud.boot_on(node, "begun")
    until(lambda: ground.node(node)["provision_state"] == "active", "it is deployed", 60)
    cloud.kill(first)
    died = time.monotonic()
    fresh = cloud.boot_on(other, "fresh")
    until(lambda: len(cloud.served()[second]) == MANY, "the other serves all", 120)
    taken = time.monotonic() - died
    until(lambda: cloud.status(begun) == "ACTIVE", "the work is ended", 120)
    ended = time.monotonic() - died
    until(lambda: cloud.status(fresh) == "ACTIVE", "new work is done", 120)
    new = time.monotonic() - died
    for server in (begun, fresh):
        cloud.as_user("admin").call("DELETE", f"/servers/{server}")
    until(lambda: not cloud.status(begun) + cloud.status(fresh), "they are gone", 120)
    return {
        "nodes_of_the_dead": len(mine),
        "taken_over_s": round(taken, 1),
        "its_deployment_active_s": round(ended, 1),
        "asked_meanwhile_active_s": round(new, 1),
    }


def _cost(cloud: NodeRoles, name: str) -> dict[str, float]:
    status = Path(f"/proc/{cloud.processes[name].pid}/status").read_text()
    fields = dict(line.split(":", 1) for line in status.splitlines())
    return {
        "cpu_s": round(_cpu(cloud, name), 1),
        "rss_mib": int(fields["VmRSS"].split()[0]) >> 10,
        "threads": int(fields["Threads"]),
    }


def _cpu(cloud: NodeRoles, name: str) -> float:
    stat = Path(f"/proc/{cloud.processes[name].pid}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def _queues(cloud: NodeRoles) -> list[str]:
    vhost = cloud.cells[0].transport.rpartition("/")[2]
    told: list[str] = harness.server("rabbitmq").queues(vhost)
    return told
