# SPDX-License-Identifier: Apache-2.0
"""The one machine a node can have, and its mark: what the driver's parts are built on."""

from __future__ import annotations

from typing import Any

from nova_cells.cell.compute.drivers.interface import MachineUnknown, PowerState, Progress
from nova_cells.cell.compute.drivers.ironic.faults import readable
from nova_cells.cell.compute.drivers.ironic.marks import KEY, Mark, mark_on
from nova_cells.cell.compute.drivers.ironic.sight import Sight
from nova_cells.cell.compute.drivers.ironic.states import (
    ACTIVE,
    AVAILABLE,
    DEPLOY_FAILED,
    DEPLOYING,
    RESCUED,
    power_of,
)
from nova_cells.clients.baremetal import Node


class Held:
    """Mixed into the driver, which makes the attributes. `host` is the node's uuid."""

    host: str
    deployment: str
    _sight: Sight
    _options: Any

    def _mine(self, node: Node | None) -> Mark | None:
        """The mark on a node whose machine is this deployment's."""
        mark = mark_on(node) if node is not None else None
        return mark if mark is not None and mark.deployment == self.deployment else None

    def _of(self, uuid: str) -> tuple[Node, Mark] | None:
        """The node with that machine on it, as it is now."""
        try:
            return self._needed(uuid)
        except MachineUnknown:
            return None

    def _needed(self, uuid: str) -> tuple[Node, Mark]:
        """The same; `MachineUnknown` without it."""
        node = self._sight.look_at(self.host)
        mark = self._mine(node)
        if mark is None or node.instance_uuid != uuid:
            raise MachineUnknown("The machine is not on its node.", f"{uuid} on {self.host}")
        return node, mark

    def _state(self, node: Node, mark: Mark) -> PowerState:
        """What the machine's owner is told: off until it was made and switched on."""
        if node.provision_state in (AVAILABLE, DEPLOY_FAILED) or node.provision_state in DEPLOYING:
            return PowerState.SHUTDOWN
        if node.provision_state not in RESCUED | {ACTIVE}:
            return PowerState.NOSTATE
        return power_of(node) if mark.started else PowerState.SHUTDOWN

    def _write(self, node: Node, mark: Mark, progress: Progress | None = None) -> Node:
        """Have the node remember this of its machine."""
        patch = [{"op": "add", "path": f"/instance_info/{KEY}", "value": mark.document()}]
        return self._change(node.uuid, patch, "note what became of the machine", progress)

    def _change(
        self, uuid: str, patch: list[dict[str, Any]], doing: str, progress: Progress | None = None
    ) -> Node:
        with readable(doing):
            node: Node = self._sight.unlocked(
                lambda: self._sight.service.change(uuid, patch), progress
            )
        self._sight.note(node)
        return node

    def _provision(self, target: str, doing: str, progress: Progress | None, **more: Any) -> None:
        with readable(doing):
            self._sight.unlocked(
                lambda: self._sight.service.provision(self.host, target, **more), progress
            )
