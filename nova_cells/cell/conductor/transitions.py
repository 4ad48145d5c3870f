# SPDX-License-Identifier: Apache-2.0
"""Which action an instance allows in which state: one table, read by every action.

An operation in hand refuses all others, except those the journal lets pre-empt it; the states here
are what remains to be said about an instance at rest, and about one that is pre-empted.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from nova_cells.cell.conductor.head import Head
from nova_cells.contracts import FaultCode, Refused

ACTIVE, STOPPED, ERROR, BUILDING = "active", "stopped", "error", "building"
PAUSED, SUSPENDED, DELETED = "paused", "suspended", "deleted"
SOFT_DELETED, RESCUED, RESIZED = "soft-delete", "rescued", "resized"
SHELVED, SHELVED_OFFLOADED = "shelved", "shelved_offloaded"

STATES = (
    ACTIVE,
    BUILDING,
    ERROR,
    PAUSED,
    RESCUED,
    RESIZED,
    SHELVED,
    SHELVED_OFFLOADED,
    SOFT_DELETED,
    STOPPED,
    SUSPENDED,
)
"""Every vm_state of a server that is not deleted."""

ARRIVING, DEPARTED = "arriving", "departed"
"""vm_states of rows that are not this cell's, yet or any more: nobody is ever shown one."""

ANY = None


@dataclass(frozen=True)
class Rule:
    """Absent sets mean that every state will do.

    `needs` is the trait of the capability its host must have; `minds_lock`: a locked instance is
    refused to its owner.
    """

    vm_states: frozenset[str] | None
    task_states: frozenset[str | None] | None = frozenset({None})
    needs: str | None = None
    minds_lock: bool = True


def _rule(*vm_states: str, tasks: tuple[str, ...] = (), needs: str | None = None) -> Rule:
    return Rule(frozenset(vm_states), frozenset({None, *tasks}), needs)


_REBOOTING = ("rebooting", "reboot_pending", "reboot_started")
_PLUGGED = (ACTIVE, PAUSED, STOPPED)
_MOVING = frozenset({ACTIVE, PAUSED})
_HELD = (*_PLUGGED, RESIZED, SOFT_DELETED)
_SHELVED = (SHELVED, SHELVED_OFFLOADED)
TRANSITIONS: dict[str, Rule] = {
    "live_migrate": _rule(ACTIVE, PAUSED, needs="COMPUTE_LIVE_MIGRATE"),
    "abort_live_migration": Rule(_MOVING, frozenset({"migrating"})),
    "force_complete_live_migration": Rule(_MOVING, frozenset({"migrating"})),
    "reset_state_on_the_move": Rule(ANY, ANY),
    "evacuate": _rule(ACTIVE, STOPPED, ERROR),
    "delete": Rule(ANY, ANY),
    "delete:RECLAIM": _rule(SOFT_DELETED),
    "soft_delete": Rule(ANY, ANY),
    "restore": _rule(SOFT_DELETED),
    "reset_state": Rule(ANY, ANY),
    "refresh_network": Rule(ANY, ANY, minds_lock=False),
    "forget_port": Rule(ANY, ANY, needs="COMPUTE_NET_ATTACH_INTERFACE", minds_lock=False),
    "start": _rule(STOPPED),
    "stop": _rule(ACTIVE, ERROR),
    "pause": _rule(ACTIVE, needs="COMPUTE_PAUSE"),
    "unpause": _rule(PAUSED, needs="COMPUTE_PAUSE"),
    "rescue": _rule(ACTIVE, STOPPED, ERROR, needs="COMPUTE_RESCUE"),
    "unrescue": _rule(RESCUED, needs="COMPUTE_RESCUE"),
    "change_password": _rule(ACTIVE, needs="COMPUTE_SET_ADMIN_PASSWORD"),
    "trigger_crash_dump": _rule(
        ACTIVE, PAUSED, RESCUED, RESIZED, ERROR, needs="COMPUTE_TRIGGER_CRASH_DUMP"
    ),
    "rebuild": _rule(ACTIVE, STOPPED, ERROR, needs="COMPUTE_REBUILD"),
    "rebuild:TRUSTED": _rule(ACTIVE, STOPPED, ERROR, needs="COMPUTE_TRUSTED_CERTS"),
    "snapshot": _rule(ACTIVE, PAUSED, STOPPED, SUSPENDED, needs="COMPUTE_SNAPSHOT"),
    "backup": _rule(ACTIVE, PAUSED, STOPPED, SUSPENDED, needs="COMPUTE_SNAPSHOT"),
    "shelve": _rule(ACTIVE, PAUSED, STOPPED, SUSPENDED, needs="COMPUTE_SNAPSHOT"),
    "shelve_offload": _rule(SHELVED),
    "unshelve": _rule(SHELVED, SHELVED_OFFLOADED),
    "resize": _rule(ACTIVE, STOPPED, needs="COMPUTE_RESIZE"),
    "migrate": _rule(ACTIVE, STOPPED, needs="COMPUTE_RESIZE"),
    "confirm_resize": _rule(RESIZED, needs="COMPUTE_RESIZE"),
    "revert_resize": _rule(RESIZED, needs="COMPUTE_RESIZE"),
    "suspend": _rule(ACTIVE, needs="COMPUTE_SUSPEND"),
    "attach_interface": _rule(*_PLUGGED, needs="COMPUTE_NET_ATTACH_INTERFACE"),
    "attach_interface:TAGGED": _rule(*_PLUGGED, needs="COMPUTE_NET_ATTACH_INTERFACE_WITH_TAG"),
    "detach_interface": _rule(*_PLUGGED, needs="COMPUTE_NET_ATTACH_INTERFACE"),
    "attach_volume": _rule(*_HELD, *_SHELVED, needs="COMPUTE_VOLUME_ATTACH"),
    "attach_volume:TAGGED": _rule(*_HELD, *_SHELVED, needs="COMPUTE_VOLUME_ATTACH_WITH_TAG"),
    "attach_volume:UNSHELVED": _rule(*_HELD, needs="COMPUTE_VOLUME_ATTACH"),
    "detach_volume": _rule(*_HELD, *_SHELVED, needs="COMPUTE_VOLUME_ATTACH"),
    "detach_volume:UNSHELVED": _rule(*_HELD, needs="COMPUTE_VOLUME_ATTACH"),
    "swap_volume": _rule(ACTIVE, PAUSED, RESIZED, needs="COMPUTE_VOLUME_SWAP"),
    "extend_volume": Rule(ANY, frozenset({None}), needs="COMPUTE_VOLUME_EXTEND", minds_lock=False),
    "take_volume_snapshot": Rule(
        ANY, ANY, needs="COMPUTE_VOLUME_ASSISTED_SNAPSHOT", minds_lock=False
    ),
    "merge_volume_snapshot": Rule(
        ANY, ANY, needs="COMPUTE_VOLUME_ASSISTED_SNAPSHOT", minds_lock=False
    ),
    "resume": _rule(SUSPENDED, needs="COMPUTE_SUSPEND"),
    "reboot:SOFT": _rule(ACTIVE),
    "reboot:HARD": _rule(ACTIVE, STOPPED, PAUSED, SUSPENDED, ERROR, tasks=_REBOOTING),
}


AMENDMENTS: dict[str, Rule] = {
    "update_metadata": _rule(ACTIVE, PAUSED, SUSPENDED, STOPPED),
    "update_tags": Rule(frozenset({ACTIVE, PAUSED, SUSPENDED, STOPPED}), ANY, minds_lock=False),
}
"""What is changed without an operation: see `nova_cells.objects.amendment.action_of`."""

BEFOREHAND: dict[str, Rule] = {
    "attach_share": _rule(STOPPED),
    "detach_share": _rule(STOPPED, ERROR),
    "inject_network_info": Rule(ANY, ANY),
}
"""What another service is asked for first, or alone: the cell only says whether it may be."""


BETWEEN: dict[str, Rule] = {
    "depart": _rule(ACTIVE, STOPPED, SHELVED_OFFLOADED, needs="COMPUTE_RESIZE"),
    "disown": Rule(ANY, ANY),
}
"""What the global side asks for on behalf of no user."""


def check(head: Head, kind: str, arguments: Mapping[str, Any], *, is_admin: bool) -> None:
    """Refuse with CONFLICT what the state of the instance does not allow."""
    obstacle = obstacle_of(rule_of(kind, arguments), head, is_admin=is_admin)
    if obstacle is not None:
        raise _conflict(head, kind, obstacle)


def obstacle_of(rule: Rule, head: Mapping[str, Any] | Head, *, is_admin: bool) -> str | None:
    """Which of the instance's fields stands in the way: locked, vm_state or task_state."""
    if head["locked_by"] and rule.minds_lock and not is_admin:
        return "locked"
    if rule.vm_states is not None and head["vm_state"] not in rule.vm_states:
        return "vm_state"
    if rule.task_states is not None and head["task_state"] not in rule.task_states:
        return "task_state"
    return None


def rule_of(kind: str, arguments: Mapping[str, Any]) -> Rule:
    """The row of the table for an action of this kind."""
    special = f"{kind}:{arguments.get('type')}"
    tables = (TRANSITIONS, AMENDMENTS, BEFOREHAND, BETWEEN)
    found = (table.get(name) for name in (special, kind) for table in tables)
    rule = next((each for each in found if each is not None), None)
    if rule is None:
        raise Refused(FaultCode.NOT_SUPPORTED, f"There is no action {kind!r}.")
    return rule


def check_able(
    head: Head, kind: str, arguments: Mapping[str, Any], traits: Collection[str]
) -> None:
    """Refuse with NOT_SUPPORTED what the host of the instance, if it has one, can't do at all."""
    needs = rule_of(kind, arguments).needs
    if needs is not None and head["host"] is not None and needs not in traits:
        raise Refused(
            FaultCode.NOT_SUPPORTED, f"The host of instance {head.uuid} is not able to {kind} it."
        )


def busy(head: Head, kind: str, held: str) -> Refused:
    """An operation of the kind `held` has the instance in hand."""
    return _conflict(head, kind, "task_state", held)


def _conflict(head: Head, kind: str, obstacle: str, held: str | None = None) -> Refused:
    if obstacle == "locked":
        message = f"Instance {head.uuid} is locked"
    elif held is not None and head[obstacle] is None:  # short work shows no task
        message = f"Cannot '{kind}' instance {head.uuid} while '{held}' is in hand; try again"
    else:
        message = f"Cannot '{kind}' instance {head.uuid} while it is in {obstacle} {head[obstacle]}"
    return Refused(
        FaultCode.CONFLICT,
        message,
        obstacle=obstacle,
        vm_state=head["vm_state"],
        task_state=head["task_state"],
        locked=bool(head["locked_by"]),
    )
