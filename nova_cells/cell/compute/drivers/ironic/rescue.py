# SPDX-License-Identifier: Apache-2.0
"""Rescues nodes: they start from Ironic's own ramdisk, whatever image is wished for.

Whoever rescues gets in by the password; the node's disks are left alone.
"""

from __future__ import annotations

import secrets

from nova_cells.cell.compute.drivers.interface import DriverRefused, Progress
from nova_cells.cell.compute.drivers.ironic import states
from nova_cells.cell.compute.drivers.ironic.power import IronicPower
from nova_cells.cell.compute.drivers.rescuing import Rescuable
from nova_cells.clients.baremetal import Node
from nova_cells.objects import ImageFacts, Machine


class IronicRescue(IronicPower, Rescuable):
    """Only of nodes that have an interface for it."""

    def rescue(self, machine: Machine, image: ImageFacts, progress: Progress | None = None) -> None:
        node, mark = self._needed(machine.uuid)
        if node.provision_state in states.RESCUING:
            node = self._settled_rescue(progress)
        if node.provision_state != states.RESCUE:
            password = machine.admin_password or secrets.token_urlsafe(12)
            self._provision("rescue", "rescue the node", progress, rescue_password=password)
            node = self._settled_rescue(progress)
        if node.provision_state != states.RESCUE:
            raise DriverRefused("The node could not be rescued.", node.last_error)
        node = self._switch(node, states.ON, progress)
        if not mark.started:
            self._write(node, mark.but(started=True))

    def unrescue(self, machine: Machine) -> None:
        node, _mark = self._needed(machine.uuid)
        if node.provision_state in states.RESCUING:
            node = self._settled_rescue(None)
        if node.provision_state not in states.RESCUED:
            return
        self._provision("unrescue", "end the rescue of the node", None)
        node = self._settled_rescue(None)
        if node.provision_state != states.ACTIVE:
            raise DriverRefused("The rescue of the node could not be ended.", node.last_error)
        self._switch(node, states.OFF)

    def _settled_rescue(self, progress: Progress | None) -> Node:
        return self._sight.wait(self.host, _is_settled, None, progress, "be rescued")


def _is_settled(node: Node) -> bool:
    return node.provision_state not in states.RESCUING and states.at_rest(node)
