# SPDX-License-Identifier: Apache-2.0
"""A whole cloud whose servers get their ports from Neutron's twin, over HTTP.

One for all cases of a process; every test has a project of its own there too.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from tests.api.harness import ApiCase, Client, TrialCloud
from tests.services.neutron import Neutron


@cache
def neutron_cloud() -> tuple[TrialCloud, Neutron]:
    """The cloud and its Neutron."""
    root = Path(tempfile.mkdtemp(prefix="nova-cells-neutron-"))
    atexit.register(shutil.rmtree, root, True)
    twin = Neutron()
    twin.plugs = True
    serving = twin.serve()
    atexit.register(serving.stop)
    where = {"endpoint_override": serving.url, "auth_type": "none"}
    where |= {"breaker_failures": 1000, "breaker_requests": 1000}
    made = TrialCloud(root, neutron=where, local_network={"enabled": False})
    atexit.register(made.stop)
    made.side.others = made.others
    twin.chassis |= {host for agent in made.agents for host in agent.hosts}
    return made, twin


class NeutronCase(ApiCase):
    """`twin` is the cloud's Neutron, `network` one of the project's."""

    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(setattr, self.twin, "switch", self.twin.switch)
        self.twin.notify = self.hear
        self.network = self.twin.network(self.project, "10.9.0.0/24")

    def make_cloud(self) -> TrialCloud:
        made, self.twin = neutron_cloud()
        return made

    def hear(self, events: list[dict[str, Any]]) -> None:
        """What Neutron posts."""
        told = Client(f"admin:{self.project}", app=self.cloud.app)
        told.post("/os-server-external-events", {"events": events})

    def ports(self, server: str) -> list[dict[str, Any]]:
        """What Neutron has of a server."""
        return self.twin.ports.of(server)
