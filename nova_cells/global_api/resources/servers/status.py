# SPDX-License-Identifier: Apache-2.0
"""The public status of a server, from what it is (vm_state) and what is done to it (task_state)."""

from __future__ import annotations

from collections.abc import Iterable

_RESIZING = ("resize_prep", "resize_migrating", "resize_migrated", "resize_finish")
_REBUILDING = ("rebuilding", "rebuild_block_device_mapping", "rebuild_spawning")
_SOFT_REBOOT = ("rebooting", "reboot_pending", "reboot_started")
_HARD_REBOOT = ("rebooting_hard", "reboot_pending_hard", "reboot_started_hard")

PLAIN = {
    "active": "ACTIVE",
    "building": "BUILD",
    "stopped": "SHUTOFF",
    "resized": "VERIFY_RESIZE",
    "paused": "PAUSED",
    "suspended": "SUSPENDED",
    "rescued": "RESCUE",
    "error": "ERROR",
    "deleted": "DELETED",
    "soft-delete": "SOFT_DELETED",
    "shelved": "SHELVED",
    "shelved_offloaded": "SHELVED_OFFLOADED",
}

DURING: dict[tuple[str, str], str] = {
    **{("active", task): "REBOOT" for task in _SOFT_REBOOT},
    **{("active", task): "HARD_REBOOT" for task in _HARD_REBOOT},
    **{
        (state, task): "HARD_REBOOT"
        for state in ("stopped", "paused", "suspended", "error")
        for task in _HARD_REBOOT
    },
    **{
        (state, task): "REBUILD" for state in ("active", "stopped", "error") for task in _REBUILDING
    },
    **{(state, task): "RESIZE" for state in ("active", "stopped") for task in _RESIZING},
    ("active", "updating_password"): "PASSWORD",
    ("active", "migrating"): "MIGRATING",
    ("paused", "migrating"): "MIGRATING",
    ("resized", "resize_reverting"): "REVERT_RESIZE",
}

PROGRESSING = frozenset({"ACTIVE", "BUILD", "REBUILD", "RESIZE", "VERIFY_RESIZE", "MIGRATING"})


def status_of(vm_state: str, task_state: str | None) -> str:
    """The word of the API for a pair of states."""
    if task_state is not None:
        during = DURING.get((vm_state, task_state))
        if during is not None:
            return during
    return PLAIN.get(vm_state, "UNKNOWN")


def states_of(statuses: Iterable[str]) -> tuple[tuple[str, ...], tuple[str, ...] | None]:
    """The vm_states a server of one of these statuses may have, and its task_states.

    No task_states means any; no vm_states means that no such status exists.
    """
    wanted = {status.upper() for status in statuses}
    plain = [state for state, status in PLAIN.items() if status in wanted]
    during = [pair for pair, status in DURING.items() if status in wanted]
    states = tuple(dict.fromkeys([*plain, *(state for state, _task in during)]))
    tasks = None if plain else tuple(dict.fromkeys(task for _state, task in during))
    return states, tasks
