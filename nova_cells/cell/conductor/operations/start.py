# SPDX-License-Identifier: Apache-2.0
"""Switches a stopped server on."""

from __future__ import annotations

from nova_cells.cell.conductor.transitions import ACTIVE
from nova_cells.journal.model import Operation, host_step
from nova_cells.journal.turn import Turn

RUNNING = 1


def is_on(turn: Turn) -> None:
    power = turn.facts.get("power_state", RUNNING)
    turn.subject.set(vm_state=ACTIVE, task_state=None, power_state=power, fault=None)


def stays_off(turn: Turn) -> None:
    turn.subject.set(task_state=None)
    turn.subject.fail(turn.record.message, turn.record.details, turn.now, turn.refusal)


OPERATIONS = (
    Operation(
        "start",
        "start",
        steps=(host_step("power_on", event="compute_start_instance", task="powering-on"),),
        ends=is_on,
        fails=stays_off,
    ),
)
