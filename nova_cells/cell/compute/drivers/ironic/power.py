# SPDX-License-Identifier: Apache-2.0
"""Switching nodes. Ironic takes a wish and works on it; the node shows when it is so."""

from __future__ import annotations

import time

from nova_cells.cell.compute.drivers.interface import (
    DriverFailed,
    DriverRefused,
    GracefulStop,
    PowerState,
    Progress,
)
from nova_cells.cell.compute.drivers.ironic.faults import readable
from nova_cells.cell.compute.drivers.ironic.held import Held
from nova_cells.cell.compute.drivers.ironic.states import OFF, ON, at_rest, power_of
from nova_cells.clients.baremetal import Node


class IronicPower(Held, GracefulStop):
    """Every call looks at the node first: somebody else may have switched it."""

    def set_power(self, uuid: str, on: bool) -> None:
        found = self._needed(uuid) if on else self._of(uuid)
        if found is None:
            return
        node, mark = found
        node = self._switch(node, ON if on else OFF)
        if on and not mark.started:
            self._write(node, mark.but(started=True))

    def reboot(self, uuid: str, hard: bool) -> None:
        node, mark = self._needed(uuid)
        if power_of(node) != PowerState.RUNNING:
            node = self._switch(node, ON)
        elif hard or not self._rebooted_softly(node):
            node = self._ask(node, "rebooting", ON)
        if not mark.started:
            self._write(node, mark.but(started=True))

    def shut_down(self, uuid: str, timeout: float) -> bool:
        found = self._of(uuid)
        if found is None or self._state(*found) != PowerState.RUNNING:
            return True
        until = time.monotonic() + timeout
        try:
            self._ask(found[0], "soft power off", OFF, seconds=timeout)
        except DriverRefused:
            self._switch(found[0], OFF)  # it can't be asked: waiting changes nothing
        except DriverFailed:
            time.sleep(max(0.0, until - time.monotonic()))
        return self.power_state(uuid) != PowerState.RUNNING

    def power_state(self, uuid: str) -> int:
        """From the last look at the node: whatever changes it here looks at it again."""
        return self.power_states().get(uuid, PowerState.NOSTATE)

    def power_states(self) -> dict[str, int]:
        node = self._sight.known(self.host)
        mark = self._mine(node)
        if node is None or mark is None or node.instance_uuid is None:
            return {}
        return {node.instance_uuid: self._state(node, mark)}

    def _rebooted_softly(self, node: Node) -> bool:
        try:
            done = self._ask(node, "soft rebooting", ON)
        except (DriverRefused, DriverFailed):
            return False
        return done.last_error is None

    def _switch(self, node: Node, wanted: str, progress: Progress | None = None) -> Node:
        if node.power_state == wanted and at_rest(node):
            return node
        return self._ask(node, wanted, wanted, progress)

    def _ask(
        self,
        node: Node,
        target: str,
        wanted: str,
        progress: Progress | None = None,
        seconds: float | None = None,
    ) -> Node:
        """Ask for `target`, and wait until the node is as `wanted` and nothing is done to it."""
        service, patience = self._sight.service, self._options.power_timeout
        soft = max(1, int(patience if seconds is None else seconds))
        timeout = soft if target.startswith("soft") else None
        with readable("switch the node"):
            self._sight.unlocked(lambda: service.power(node.uuid, target, timeout), progress)
        ended = self._sight.wait(
            node.uuid, at_rest, patience if seconds is None else seconds, progress, target
        )
        if ended.power_state != wanted:
            raise DriverFailed(f"The node did not {target}.", ended.last_error)
        return ended
