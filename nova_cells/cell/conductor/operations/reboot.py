# SPDX-License-Identifier: Apache-2.0
"""Restarts a server, softly or hard. A hard one interrupts a soft one that does not end.

A hard one of a running guest plugs its ports in anew: it is held until they are, where their
service tells of that.
"""

from __future__ import annotations

from nova_cells.cell.conductor import ports
from nova_cells.cell.conductor.transitions import ACTIVE, ERROR
from nova_cells.journal.model import Operation, host_step
from nova_cells.journal.turn import Turn

EVENT = "compute_reboot_instance"
RUNNING = 1


def task_of(turn: Turn) -> str:
    return "rebooting_hard" if turn.record.arguments.get("type") == "HARD" else "rebooting"


def is_held(turn: Turn) -> bool:
    """What else than running it was, the driver knows best how to end."""
    hard = turn.record.arguments.get("type") == "HARD"
    return hard and turn.subject["vm_state"] == ACTIVE and ports.may_be_replugged(turn)


def goes_through(turn: Turn) -> bool:
    return not is_held(turn)


def runs_again(turn: Turn) -> None:
    power = turn.facts.get("power_state", RUNNING)
    turn.subject.set(vm_state=ACTIVE, task_state=None, power_state=power, fault=None)


def did_not_restart(turn: Turn) -> None:
    """A guest that is still there stays as it was; one the host lost is broken."""
    power = turn.facts.get("power_state", turn.subject["power_state"])
    broken = power == 0 and turn.subject["vm_state"] == ACTIVE
    changes = {"vm_state": ERROR} if broken else {}
    turn.subject.set(task_state=None, power_state=power, **changes)
    turn.subject.fail(turn.record.message, turn.record.details, turn.now, turn.refusal)


OPERATIONS = (
    Operation(
        "reboot",
        "reboot",
        steps=(
            host_step("reboot", event=EVENT, task=task_of, when=goes_through),
            host_step("power_off", event=EVENT, task=task_of, when=is_held),
            host_step("start_held", event=EVENT, task=task_of, when=is_held),
            ports.replugged(EVENT, task_of, is_held),
            host_step("power_on", event=EVENT, task=task_of, when=is_held),
        ),
        ends=runs_again,
        fails=did_not_restart,
        preempts=frozenset({"reboot"}),
    ),
)
