# SPDX-License-Identifier: Apache-2.0
"""Restarts a server, softly or hard. A hard one interrupts a soft one that does not end."""

from __future__ import annotations

from nova_cells.cell.conductor.transitions import ACTIVE, ERROR
from nova_cells.journal.model import Operation, host_step
from nova_cells.journal.turn import Turn

RUNNING = 1


def task_of(turn: Turn) -> str:
    return "rebooting_hard" if turn.record.arguments.get("type") == "HARD" else "rebooting"


def runs_again(turn: Turn) -> None:
    power = turn.facts.get("power_state", RUNNING)
    turn.subject.set(vm_state=ACTIVE, task_state=None, power_state=power, fault=None)


def did_not_restart(turn: Turn) -> None:
    """A guest that is still there stays as it was; one the host lost is broken."""
    power = turn.facts.get("power_state", turn.subject["power_state"])
    broken = power == 0 and turn.subject["vm_state"] == ACTIVE
    changes = {"vm_state": ERROR} if broken else {}
    turn.subject.set(task_state=None, power_state=power, **changes)
    turn.subject.fail(turn.record.message, turn.record.details, turn.now)


OPERATIONS = (
    Operation(
        "reboot",
        "reboot",
        steps=(host_step("reboot", event="compute_reboot_instance", task=task_of),),
        ends=runs_again,
        fails=did_not_restart,
        preempts=frozenset({"reboot"}),
    ),
)
