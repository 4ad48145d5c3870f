# SPDX-License-Identifier: Apache-2.0
"""Our whole cloud in this process; one of its cells has nodes of that Ironic and two agents.

The other cell has fake hosts, so that a flavor of nodes finds its way.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nova_cells.cell.compute.agent import Agent
from nova_cells.cli import roles
from nova_cells.cli.standalone.layout import CellPlace
from nova_cells.runtime import process
from nova_cells.runtime.messaging import Bus
from tests.api.harness import TrialCloud
from tests.stack.baremetal import ground


class NodeCloud(TrialCloud):
    """`shard` has its nodes."""

    def __init__(self, root: Path, shard: str) -> None:
        self.node_agents: list[Agent] = []
        ironic = {
            "auth_type": "none",
            "endpoint_override": ground.address(),
            "shard": shard,
            "image_url": "http://127.0.0.1:9/{id}",
            "wait_interval": 0.05,
            "poll_interval": 0.5,
        }
        super().__init__(
            root,
            ironic=ironic,
            conductor={
                "beat_interval": 0.5,
                "service_down_time": 40.0,
                "work_lease": 2.0,
                "group_silence": 3.0,
            },
            compute={"register_retry": 0.3, "reconcile_interval": 1.0},
        )

    def _cell(self, place: CellPlace) -> list[process.Service]:
        if self.node_agents:
            return super()._cell(place)
        self.conf.set_override("driver", "ironic", group="compute")
        services = super()._cell(place)
        bus = Bus(place.transport_url, self.conf)
        second = roles.make_agent(self.conf, bus, (), "second", place.folder / "second")
        self.conf.set_override("driver", "fake", group="compute")
        self.node_agents = [self.agents[-1], second]
        return [*services, second]


def die(agent: Any) -> None:
    """As if its process had been killed: it says nothing to anybody, and does nothing more."""
    fleet = agent._fleet
    fleet._rounds.stop()
    agent.registration.stop()
    agent.reporter.stop()
    fleet._source.close()
    agent._server.stop()
    agent._reconciling.stop()
    agent.confirmation.stop()
