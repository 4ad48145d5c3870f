# SPDX-License-Identifier: Apache-2.0
"""Makes machines of nodes: reserve, wire, deploy, and wait; and the same again for a rebuild.

What was begun is known from the node alone, so that another agent goes on where one has died.
"""

from __future__ import annotations

import re
from typing import Any

from nova_cells.cell.compute.drivers.hardware_check import insist_on_hardware
from nova_cells.cell.compute.drivers.interface import (
    DriverFailed,
    DriverRefused,
    Progress,
    Rebuildable,
    traits,
)
from nova_cells.cell.compute.drivers.ironic import states
from nova_cells.cell.compute.drivers.ironic.faults import readable
from nova_cells.cell.compute.drivers.ironic.held import Held
from nova_cells.cell.compute.drivers.ironic.instance_info import config_drive, instance_info
from nova_cells.cell.compute.drivers.ironic.inventory import class_of, why_not
from nova_cells.cell.compute.drivers.ironic.marks import Mark, digest, mark_for
from nova_cells.clients.baremetal import Node
from nova_cells.objects import Machine

_HOLDING = "reserve the node"


class IronicDeploy(Held, Rebuildable):
    """`define` leaves a machine that counts as off, `rebuild` too."""

    def define(self, machine: Machine, progress: Progress | None = None) -> None:
        node = self._clean(progress)
        mark = self._mine(node) if node.instance_uuid == machine.uuid else None
        if mark is None:
            node, mark = self._reserve(machine, node, progress)
        elif mark.life != (machine.epoch, machine.home_generation):
            node, mark = self._live_on(machine, node, mark)
        if node.provision_state in (states.AVAILABLE, states.DEPLOY_FAILED):
            self._wire(machine, progress)
            self._deploy(machine, "active", progress)
        elif node.provision_state not in states.DEPLOYING:
            return
        self._deployed(machine, progress)

    def rebuild(self, machine: Machine, progress: Progress | None = None) -> None:
        node, mark = self._needed(machine.uuid)
        self._insist(machine, node)
        if node.provision_state in states.DEPLOYING:
            node = self._settled(progress)
        unused = node.provision_state == states.ACTIVE and not mark.started
        if unused and mark.made_of == digest(machine):
            return  # it was made so already
        begun = mark.but(made_of="", started=False)
        node = self._tell(machine, begun, "tell the node what to become", progress)
        self._deploy(machine, "rebuild", progress)
        self._deployed(machine, progress)
        self._write(node, begun.but(made_of=digest(machine)), progress)

    def _clean(self, progress: Progress | None) -> Node:
        """The node, once it is clean after its last machine; or still dirty, when that lasts."""
        node = self._sight.look_at(self.host)
        if node.provision_state not in states.CLEANING:
            return node
        patience = self._options.locked_timeout
        try:
            return self._sight.wait(self.host, _is_clean, patience, progress, "become clean")
        except DriverFailed:
            return self._sight.look_at(self.host)

    def _reserve(
        self, machine: Machine, node: Node, progress: Progress | None
    ) -> tuple[Node, Mark]:
        self._insist(machine, node)
        if reason := why_not(node, ours=False):
            raise DriverRefused("The node can't take the server.", reason)
        mark = mark_for(machine, self.deployment)
        reserving = [{"op": "add", "path": "/instance_uuid", "value": machine.uuid}]
        return self._tell(machine, mark, _HOLDING, progress, *reserving), mark

    def _tell(
        self,
        machine: Machine,
        mark: Mark,
        doing: str,
        progress: Progress | None,
        *more: dict[str, Any],
    ) -> Node:
        info = instance_info(machine, mark, self._options.image_url)
        patch = [*more, {"op": "add", "path": "/instance_info", "value": info}]
        return self._change(self.host, patch, doing, progress)

    def _live_on(self, machine: Machine, node: Node, mark: Mark) -> tuple[Node, Mark]:
        """Have it in the life of `machine`; one of an earlier life is refused."""
        life = (machine.epoch, machine.home_generation)
        if life < mark.life:
            raise DriverRefused("The machine belongs to a later epoch on this node.")
        later = mark.but(epoch=life[0], home_generation=life[1])
        return self._write(node, later), later

    def _insist(self, machine: Machine, node: Node) -> None:
        if machine.image is None:
            raise DriverRefused("A node can't boot a machine that has no image.")
        insist_on_hardware(machine.image.properties, machine.extra_specs, traits(self))  # type: ignore[arg-type]
        asked = re.compile(rf"resources[A-Za-z0-9_-]*:{class_of(node)}$")
        if not any(asked.match(key) and n == "1" for key, n in machine.extra_specs.items()):
            raise DriverRefused(
                "The flavor does not ask for such a node.",
                f"the flavor has no resources:{class_of(node)}=1",
            )

    def _wire(self, machine: Machine, progress: Progress | None) -> None:
        """Attach the ports of the network service, and no others."""
        wanted = {str(nic["id"]) for nic in machine.nics if nic.get("service")}
        if not wanted:
            return
        service = self._sight.service
        with readable("attach the ports of the server"):
            there = service.vifs(self.host)
            for port in sorted(there - wanted):
                self._sight.unlocked(lambda p=port: service.detach_vif(self.host, p), progress)
            for port in sorted(wanted - there):
                self._sight.unlocked(lambda p=port: service.attach_vif(self.host, p), progress)

    def _deploy(self, machine: Machine, target: str, progress: Progress | None) -> None:
        drive = {}
        if machine.config_drive:
            drive["configdrive"] = config_drive(self._addressed(machine))
        self._provision(target, "deploy the node", progress, **drive)

    def _addressed(self, machine: Machine) -> Machine:
        """With the addresses of the devices that its ports are on: the port has that one by now."""
        if not any(nic.get("service") for nic in machine.nics):
            return machine
        with readable("look at the network devices of the node"):
            found = self._sight.service.addresses(self.host)
        nics = [{**nic, "mac": found.get(str(nic["id"]), nic["mac"])} for nic in machine.nics]
        told: Machine = machine.replace(nics=nics)
        return told

    def _settled(self, progress: Progress | None) -> Node:
        """The node once nothing is being deployed on it, however long that takes: the operation
        has a deadline, and the service its own."""
        return self._sight.wait(self.host, _is_settled, None, progress, "become deployed")

    def _deployed(self, machine: Machine, progress: Progress | None) -> None:
        node = self._settled(progress)
        if node.instance_uuid != machine.uuid:
            raise DriverRefused("The node was taken away from the server.", node.last_error)
        if node.provision_state != states.ACTIVE:
            raise DriverRefused("The node could not be deployed.", node.last_error)


def _is_clean(node: Node) -> bool:
    return node.provision_state not in states.CLEANING and states.at_rest(node)


def _is_settled(node: Node) -> bool:
    return node.provision_state not in states.DEPLOYING and states.at_rest(node)
