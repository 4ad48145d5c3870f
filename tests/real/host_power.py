# SPDX-License-Identifier: Apache-2.0
"""Pulls the plug of a whole real host, and has it come back: agent, hypervisor, guests."""

from __future__ import annotations

from tests.real.cloud import RealCloud
from tests.real.ground import hosts_tool


def power_off(cloud: RealCloud, host: str) -> None:
    """All of it ends at once."""
    cloud.stop_agent(host)
    hosts_tool(cloud.ground.folder, "crash", host)


def power_on(cloud: RealCloud, host: str) -> None:
    """The hypervisor, then the agent, which sees another boot than before."""
    hosts_tool(cloud.ground.folder, "start", host)
    if host not in cloud.agents:
        boot = cloud.state(host) / "hosts" / f"{host}.boot"
        if boot.exists():
            boot.write_text("the boot before")
        cloud.start_agent(host)
