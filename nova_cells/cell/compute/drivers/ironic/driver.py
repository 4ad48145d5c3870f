# SPDX-License-Identifier: Apache-2.0
"""One node behind the driver interface. It keeps nothing: all it knows is on the node.

So agents may take nodes over from each other, in the middle of work too.
"""

from __future__ import annotations

from typing import Any, ClassVar

from nova_cells.cell.compute.drivers.interface import Driver, traits
from nova_cells.cell.compute.drivers.ironic.config_drive import IronicConfigDrive
from nova_cells.cell.compute.drivers.ironic.console import IronicConsole
from nova_cells.cell.compute.drivers.ironic.deploy import IronicDeploy
from nova_cells.cell.compute.drivers.ironic.inventory import inventory_of
from nova_cells.cell.compute.drivers.ironic.rescue import IronicRescue
from nova_cells.cell.compute.drivers.ironic.sight import Sight
from nova_cells.cell.compute.drivers.ironic.undeploy import IronicUndeploy
from nova_cells.cell.compute.drivers.rescuing import Rescuable
from nova_cells.clients.baremetal import Node
from nova_cells.objects import Inventory


class IronicDriver(IronicDeploy, IronicUndeploy, IronicRescue, IronicConfigDrive, Driver):
    """`host` is the node's uuid, `sight` is shared with all other nodes."""

    name: ClassVar[str] = "ironic"
    shared: ClassVar[bool] = True

    def __init__(self, host: str, sight: Sight, options: Any) -> None:
        self.host = host
        self._sight = sight
        self._options = options
        node = sight.known(host)
        if node is not None and node.rescue_interface == "no-rescue":
            self.switched_off = frozenset({Rescuable})

    def identity(self) -> str:
        """A node is the same whichever agent serves it."""
        return self.host

    def boot_id(self) -> str:
        """A node's power is its machine's: it never ends with anything else."""
        return ""

    def machines(self) -> set[str]:
        return set(self.lives())

    def lives(self) -> dict[str, tuple[int, int]]:
        node = self._sight.known(self.host)
        mark = self._mine(node)
        if node is None or mark is None or node.instance_uuid is None:
            return {}
        return {node.instance_uuid: mark.life}

    def inventory(self) -> Inventory:
        node = self._sight.known(self.host) or self._sight.look_at(self.host)
        return inventory_of(node, traits(self), ours=self._mine(node) is not None)


class IronicConsoleDriver(IronicDriver, IronicConsole):
    """A node whose console can be reached."""


def driver_for(node: Node, sight: Sight, options: Any) -> IronicDriver:
    """By what the node is able to do."""
    has_console = (node.console_interface or "").endswith("-socat")
    return (IronicConsoleDriver if has_console else IronicDriver)(node.uuid, sight, options)
