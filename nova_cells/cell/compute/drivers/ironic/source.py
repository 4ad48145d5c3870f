# SPDX-License-Identifier: Apache-2.0
"""Which nodes there are: the hosts of a group of agents, which come and go while these run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nova_cells.cell.compute.drivers.interface import Driver, HostSource
from nova_cells.cell.compute.drivers.ironic.driver import IronicDriver, driver_for
from nova_cells.cell.compute.drivers.ironic.sight import Sight
from nova_cells.clients.baremetal import BareMetal, Node


class Nodes(HostSource):
    """One list of the service a round; a node's driver stays the same as long as it can."""

    def __init__(self, service: BareMetal, options: Any) -> None:
        self.interval = options.poll_interval
        self.group = options.group or _group(options)
        self._options = options
        self._sight = Sight(service, options)
        self._drivers: dict[str, tuple[IronicDriver, tuple[str | None, str | None]]] = {}

    def look(self) -> Mapping[str, Driver]:
        nodes = self._sight.look()
        self._drivers = {uuid: self._driver(node) for uuid, node in nodes.items()}
        return {uuid: driver for uuid, (driver, _kind) in self._drivers.items()}

    def close(self) -> None:
        self._sight.close()

    def _driver(self, node: Node) -> tuple[IronicDriver, tuple[str | None, str | None]]:
        kind = (node.console_interface, node.rescue_interface)
        known = self._drivers.get(node.uuid)
        if known is not None and known[1] == kind:
            return known
        fresh = driver_for(node, self._sight, self._options)
        if known is not None:
            fresh.adopt(known[0].deployment)
        return fresh, kind


def _group(options: Any) -> str:
    """Agents that see the same nodes share them."""
    parts = ("conductor_group", "shard", "owner")
    return "ironic " + " ".join(f"{name}={getattr(options, name)}" for name in parts)
