# SPDX-License-Identifier: Apache-2.0
"""A real Ironic of these tests' own, that asks nobody for tokens, and its nodes.

NOVA_CELLS_TEST_IRONIC names one that runs already: nodes made there are removed again.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from kit.daemon import Daemon
from kit.stack import ironic
from kit.stack.rest import Refused, Rest
from oslo_config import cfg

from nova_cells.clients.baremetal.opts import OPTIONS

SHARED = "NOVA_CELLS_TEST_IRONIC"
VERSION = "baremetal 1.82"
PATIENCE = 60.0
RESOURCE_CLASS = "CUSTOM_BAREMETAL"


@functools.cache
def address() -> str:
    """Where it answers."""
    if url := os.environ.get(SHARED):
        return url
    folder = Path(tempfile.mkdtemp(prefix="nova-cells-ironic-", dir="/var/tmp"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(lambda: Daemon("ironic", folder).stop())
    return ironic.up(folder)


def rest() -> Rest:
    return Rest(f"{address()}/v1", "", VERSION)


def options(**more: Any) -> cfg.ConfigOpts:
    """[ironic] of an agent of ours."""
    conf = cfg.ConfigOpts()
    conf.register_opts(OPTIONS["ironic"], "ironic")
    conf([])
    given = {"auth_type": "none", "endpoint_override": address(), "wait_interval": 0.05, **more}
    for name, value in given.items():
        conf.set_override(name, value, "ironic")
    return conf


def add_node(shard: str = "", **more: Any) -> str:
    """An available node; its uuid."""
    asked = rest()
    body = {
        "driver": "fake-hardware",
        "resource_class": "baremetal",
        "shard": shard or None,
        "properties": {"cpus": 4, "memory_mb": 4096, "local_gb": 40, "cpu_arch": "x86_64"},
        **more,
    }
    uuid: str = asked.post("/nodes", {key: v for key, v in body.items() if v is not None})["uuid"]
    for target, state in (("manage", "manageable"), ("provide", "available")):
        provision(uuid, target, state)
    return uuid


def provision(uuid: str, target: str, state: str) -> None:
    """Bring a node into a state, as an operator does."""
    until = time.monotonic() + PATIENCE
    rest().put(f"/nodes/{uuid}/states/provision", {"target": target})
    while (found := node(uuid))["provision_state"] != state or found["reservation"]:
        if time.monotonic() > until:
            raise AssertionError(f"{uuid} is {found['provision_state']}: {found['last_error']}")
        time.sleep(0.05)


def node(uuid: str) -> dict[str, Any]:
    """As the operator sees it."""
    found: dict[str, Any] = rest().get(f"/nodes/{uuid}")
    return found


def remove_node(uuid: str) -> None:
    """Whatever state it is in."""
    asked, until = rest(), time.monotonic() + PATIENCE
    asked.put(f"/nodes/{uuid}/maintenance", {"reason": "the test is over"})
    while True:
        try:
            asked.delete(f"/nodes/{uuid}")
        except Refused as refused:
            if refused.status == 404:
                return
            if refused.status != 409 or time.monotonic() > until:
                raise
            time.sleep(0.1)
        else:
            return
