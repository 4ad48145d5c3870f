# SPDX-License-Identifier: Apache-2.0
"""A compute agent in a process of its own, with a cell that only listens: what it weighs.

    agent_alone HOST STATE-FOLDER       URIs and deployment come on standard input

What the real one has besides is the client of its broker.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from nova_cells.cell.compute.agent import Agent
from nova_cells.cell.compute.drivers.interface import Surroundings
from nova_cells.cell.compute.drivers.libvirt import make_drivers
from nova_cells.cli import config
from nova_cells.clients import images
from nova_cells.contracts import Conductor
from nova_cells.objects import GuestVerdict, Welcome
from nova_cells.runtime.messaging import Bus

SETTLE = 8.0
UUID = "11111111-1111-4111-8111-111111111111"


class Cell:
    """Knows every guest and wants nothing."""

    def __init__(self, deployment: str) -> None:
        self._deployment = deployment

    def register(self, report: object) -> Welcome:
        return Welcome(deployment=self._deployment, cell=UUID, host_uuid=UUID, beat_interval=1.0)

    def beat(self, beats: list[object]) -> list[str]:
        return []

    def report(self, reports: list[object]) -> list[str]:
        return [report.operation for report in reports]  # type: ignore[attr-defined]

    def power_states(self, host: str, states: dict[str, int]) -> int:
        return len(states)

    def __getattr__(self, name: str) -> Callable[..., object]:
        return lambda **_told: None

    def confirm(self, host: str, guests: dict[str, list[int]]) -> list[GuestVerdict]:
        return [
            GuestVerdict(uuid=uuid, epoch=life[0], home_generation=life[1], verdict="yours")
            for uuid, life in guests.items()
        ]


def main() -> None:
    host, state = sys.argv[1], Path(sys.argv[2])
    told = json.load(sys.stdin)
    conf = config.load()
    conf.set_override("connection_uris", told["uris"], group="libvirt")
    source = images.from_conf(conf)
    drivers = make_drivers(conf, Surroundings((host,), state, source))
    bus = Bus("local://agent-alone", conf)
    server = bus.serve(Conductor, Cell(told["deployment"]), address="cell")
    server.start()
    agent = Agent(conf, bus, drivers, address=host, state_dir=state, images=source)
    agent.start()
    time.sleep(SETTLE)
    guests = len(drivers[host].machines())
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    memory = pages * resource.getpagesize() >> 20
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) >> 10
    print(json.dumps({"agent_guests": guests, "agent_memory_mib": memory, "agent_peak_mib": peak}))
    agent.stop()
    server.stop()


if __name__ == "__main__":
    main()
