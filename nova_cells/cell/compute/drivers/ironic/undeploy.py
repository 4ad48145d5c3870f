# SPDX-License-Identifier: Apache-2.0
"""Gives nodes back. A machine is gone once its node has left it; cleaning goes on without it.

The node is nobody's before it is clean: its inventory says so from the moment it is given back.
"""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import DriverFailed
from nova_cells.cell.compute.drivers.ironic import states
from nova_cells.cell.compute.drivers.ironic.faults import NodeGone, readable
from nova_cells.cell.compute.drivers.ironic.held import Held
from nova_cells.cell.compute.drivers.ironic.marks import Mark
from nova_cells.clients.baremetal import Node
from nova_cells.clients.service_faults import NotThere


class IronicUndeploy(Held):
    """From whatever state the node is in."""

    def destroy(self, uuid: str) -> None:
        found = self._of(uuid)
        if found is None:
            return
        node, mark = found
        try:
            node = self._sight.wait(self.host, _can_be_asked, None, None, "end its work")
            if self._has(node, uuid):
                self._unwire(mark)
                self._give_back(node, uuid)
        except NodeGone:
            return

    def _has(self, node: Node, uuid: str) -> bool:
        return node.instance_uuid == uuid

    def _give_back(self, node: Node, uuid: str) -> None:
        if node.provision_state in states.WORN:
            self._provision("deleted", "undeploy the node", None)
            node = self._sight.wait(
                self.host, lambda n: self._left(n, uuid), None, None, "be undeployed"
            )
        elif node.provision_state in states.UNDOING:
            node = self._sight.wait(
                self.host, lambda n: self._left(n, uuid), None, None, "be undeployed"
            )
        if self._has(node, uuid) and node.provision_state == states.ERROR:
            raise DriverFailed("The node could not be undeployed.", node.last_error)
        if self._has(node, uuid):
            self._unreserve()

    def _left(self, node: Node, uuid: str) -> bool:
        """It is no more ours, or it will not become so without help."""
        if not self._has(node, uuid):
            return True
        undone = node.provision_state not in states.UNDOING | states.WORN
        return node.reservation is None and (undone or node.provision_state == states.ERROR)

    def _unreserve(self) -> None:
        patch = [
            {"op": "remove", "path": "/instance_uuid"},
            {"op": "add", "path": "/instance_info", "value": {}},
        ]
        self._change(self.host, patch, "give the node back")

    def _unwire(self, mark: Mark) -> None:
        if not mark.wired:
            return
        service = self._sight.service
        with readable("detach the ports of the server"):
            for port in sorted(service.vifs(self.host)):
                try:
                    self._sight.unlocked(lambda p=port: service.detach_vif(self.host, p))
                except NotThere:
                    continue


def _can_be_asked(node: Node) -> bool:
    return node.provision_state not in states.HELD_UP
