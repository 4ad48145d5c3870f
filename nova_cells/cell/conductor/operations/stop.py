# SPDX-License-Identifier: Apache-2.0
"""Stops a server: the guest is asked first, then the plug is pulled."""

from __future__ import annotations

from nova_cells.cell.conductor.transitions import STOPPED
from nova_cells.journal.model import Operation, host_step
from nova_cells.journal.turn import Turn

SHUT_DOWN = 4


def is_off(turn: Turn) -> None:
    power = turn.facts.get("power_state", SHUT_DOWN)
    turn.subject.set(vm_state=STOPPED, task_state=None, power_state=power)


def stays_on(turn: Turn) -> None:
    turn.subject.set(task_state=None)
    turn.subject.fail(turn.record.message, turn.record.details, turn.now, turn.refusal)


OPERATIONS = (
    Operation(
        "stop",
        "stop",
        steps=(host_step("power_off", event="compute_stop_instance", task="powering-off"),),
        ends=is_off,
        fails=stays_on,
    ),
)
