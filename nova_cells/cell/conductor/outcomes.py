# SPDX-License-Identifier: Apache-2.0
"""How operations usually end: what most of them write into their instance at the end."""

from __future__ import annotations

from nova_cells.journal.model import DatabaseAction
from nova_cells.journal.turn import Turn

RUNNING, PAUSED, SHUT_DOWN, SUSPENDED = 1, 3, 4, 7
"""Public numbers of power states."""


def becomes(vm_state: str, power: int) -> DatabaseAction:
    """It worked: this state now, and the power the host has told, or `power` if it told none."""

    def ends(turn: Turn) -> None:
        told = turn.facts.get("power_state", power)
        turn.subject.set(vm_state=vm_state, task_state=None, power_state=told, fault=None)

    return ends


def goes_on(turn: Turn) -> None:
    """It worked, and nothing is another way than before, the power it told apart."""
    told = turn.facts.get("power_state", turn.subject["power_state"])
    turn.subject.set(task_state=None, power_state=told)


def stays_as_it_was(turn: Turn) -> None:
    """It did not work, and the guest is none the worse for it."""
    turn.subject.set(task_state=None)
    turn.subject.fail(turn.record.message, turn.record.details, turn.now, turn.refusal)
