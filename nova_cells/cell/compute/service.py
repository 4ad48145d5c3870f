# SPDX-License-Identifier: Apache-2.0
"""Makes an agent from configuration; the commands say only what differs from it."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from nova_cells.cell.compute.agent import Agent
from nova_cells.cell.compute.drivers.interface import ImageSource, Surroundings
from nova_cells.cell.compute.drivers.registry import make_drivers


def agent_from(
    conf: Any,
    bus: Any,
    *,
    hosts: list[str] | None = None,
    address: str | None = None,
    state_dir: Path | str | None = None,
    images: ImageSource | None = None,
) -> Agent:
    """An agent not yet started. What is None comes from `[compute]`."""
    names = tuple(hosts or conf.compute.hosts or [socket.gethostname()])
    folder = Path(state_dir or conf.compute.state_dir)
    drivers = make_drivers(conf, Surroundings(hosts=names, state_dir=folder, images=images))
    return Agent(
        conf,
        bus,
        drivers,
        address=address or conf.compute.address or names[0],
        state_dir=folder,
    )
