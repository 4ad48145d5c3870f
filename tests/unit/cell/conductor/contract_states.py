# SPDX-License-Identifier: Apache-2.0
"""The public contract of states, written down a second time: which action which state allows.

It is compared with the product's own table, cell by cell. A change here is a change of the API.
"""

from __future__ import annotations

VM_STATES = (
    "active",
    "building",
    "deleted",
    "error",
    "paused",
    "rescued",
    "resized",
    "shelved",
    "shelved_offloaded",
    "soft-delete",
    "stopped",
    "suspended",
)

TASK_STATES = (
    None,
    "block_device_mapping",
    "deleting",
    "image_backup",
    "image_pending_upload",
    "image_snapshot",
    "image_uploading",
    "migrating",
    "networking",
    "pausing",
    "powering-off",
    "powering-on",
    "reboot_pending",
    "reboot_started",
    "rebooting",
    "rebooting_hard",
    "rebuild_spawning",
    "rebuilding",
    "rescuing",
    "resize_finish",
    "resize_migrated",
    "resize_migrating",
    "resize_prep",
    "resize_reverting",
    "restoring",
    "resuming",
    "scheduling",
    "shelving",
    "shelving_image_pending_upload",
    "shelving_image_uploading",
    "shelving_offloading",
    "soft-deleting",
    "spawning",
    "suspending",
    "unpausing",
    "unrescuing",
    "unshelving",
    "updating_password",
)

ALL = "all"
_IDLE = "active paused stopped suspended"
_HELD = "active paused resized soft-delete stopped"

ALLOWED: dict[str, str] = {
    "abort_live_migration": "active paused",
    "attach_interface": "active paused stopped",
    "attach_interface:TAGGED": "active paused stopped",
    "attach_share": "stopped",
    "attach_volume": _HELD + " shelved shelved_offloaded",
    "attach_volume:TAGGED": _HELD + " shelved shelved_offloaded",
    "attach_volume:UNSHELVED": _HELD,
    "backup": _IDLE,
    "change_password": "active",
    "confirm_resize": "resized",
    "delete": ALL,
    "delete:RECLAIM": "soft-delete",
    "detach_interface": "active paused stopped",
    "detach_share": "error stopped",
    "detach_volume": _HELD + " shelved shelved_offloaded",
    "detach_volume:UNSHELVED": _HELD,
    "evacuate": "active error stopped",
    "extend_volume": ALL,
    "force_complete_live_migration": "active paused",
    "forget_port": ALL,
    "inject_network_info": ALL,
    "live_migrate": "active paused",
    "merge_volume_snapshot": ALL,
    "migrate": "active stopped",
    "pause": "active",
    "reboot:HARD": "active error paused stopped suspended",
    "reboot:SOFT": "active",
    "rebuild": "active error stopped",
    "rebuild:TRUSTED": "active error stopped",
    "rescue": "active error stopped",
    "reset_state": ALL,
    "reset_state_on_the_move": ALL,
    "refresh_network": ALL,
    "resize": "active stopped",
    "restore": "soft-delete",
    "resume": "suspended",
    "revert_resize": "resized",
    "shelve": _IDLE,
    "shelve_offload": "shelved",
    "snapshot": _IDLE,
    "soft_delete": ALL,
    "start": "stopped",
    "stop": "active error",
    "suspend": "active",
    "swap_volume": "active paused resized",
    "take_volume_snapshot": ALL,
    "trigger_crash_dump": "active error paused rescued resized",
    "unpause": "paused",
    "unrescue": "rescued",
    "unshelve": "shelved shelved_offloaded",
    "update_metadata": _IDLE,
    "update_tags": _IDLE,
}
"""Action → vm_states."""

WHATEVER_IS_GOING_ON = frozenset(
    {"delete", "soft_delete", "reset_state", "reset_state_on_the_move"}
    | {"take_volume_snapshot", "merge_volume_snapshot"}
    | {"forget_port", "inject_network_info", "refresh_network", "update_tags"}
)
"""Actions every task_state allows."""

WHILE: dict[str, frozenset[str]] = {
    "reboot:HARD": frozenset({"rebooting", "reboot_pending", "reboot_started"}),
}
"""Actions a few task_states allow besides none."""

ONLY_WHILE = {"abort_live_migration": "migrating", "force_complete_live_migration": "migrating"}
"""Actions on what is going on, and the one task_state that allows them."""

IN_SPITE_OF_A_LOCK = frozenset(
    {"extend_volume", "forget_port", "refresh_network", "update_tags"}
    | {"take_volume_snapshot", "merge_volume_snapshot"}
)


def obstacle(
    action: str, vm_state: str, task_state: str | None, locked_by: str | None, is_admin: bool
) -> str | None:
    """What the contract says stands in the way; the order of the questions is part of it."""
    if locked_by and not is_admin and action not in IN_SPITE_OF_A_LOCK:
        return "locked"
    states = ALLOWED[action]
    if states != ALL and vm_state not in states.split():
        return "vm_state"
    if action in ONLY_WHILE:
        return None if task_state == ONLY_WHILE[action] else "task_state"
    free = action in WHATEVER_IS_GOING_ON or task_state is None
    return None if free or task_state in WHILE.get(action, ()) else "task_state"
