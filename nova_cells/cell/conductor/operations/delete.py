# SPDX-License-Identifier: Apache-2.0
"""Takes a server away, whatever else is being done to it. A host that is down owes it.

One that was on its way to another host has a machine on both, perhaps: it goes from both.
"""

from __future__ import annotations

from nova_cells.cell.conductor import image_making, migrations, ports, seats, volumes
from nova_cells.cell.conductor.transitions import DELETED, ERROR
from nova_cells.cell.db import instances, tombstones
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn

EVENT = "compute_terminate_instance"
EVERYTHING = frozenset(
    {
        "attach_interface",
        "attach_volume",
        "backup",
        "build",
        "change_password",
        "confirm_resize",
        "detach_interface",
        "detach_volume",
        "evacuate",
        "extend_volume",
        "forget_port",
        "live_migrate",
        "merge_volume_snapshot",
        "migrate",
        "pause",
        "reboot",
        "rebuild",
        "rescue",
        "reset_state",
        "resize",
        "restore",
        "resume",
        "revert_resize",
        "shelve",
        "shelve_offload",
        "snapshot",
        "soft_delete",
        "start",
        "stop",
        "suspend",
        "swap_volume",
        "take_volume_snapshot",
        "trigger_crash_dump",
        "unpause",
        "unrescue",
        "unshelve",
    }
)

SWITCHES_DISKS = frozenset({"merge_volume_snapshot", "swap_volume", "take_volume_snapshot"})
"""In the middle of these a guest may write to what nobody has written down yet: they are not
interrupted where it is to be started again. They end by themselves, at their deadline at last.
"""


def services_have_some(turn: Turn) -> bool:
    """Whether anything of it may be with other services."""
    return ports.may_be_there(turn) or volumes.are_there(turn)


def give_back(turn: Turn) -> None:
    turn.world.placement.release(turn)
    volumes.are_gone(turn)
    turn.world.addressing.free(turn)
    migrations.close_all(turn)
    image_making.forget_shelved(turn)
    instances.remove_spec(turn.connection, turn.record.subject)
    tombstones.put(turn.connection, turn.record.subject, turn.record.epoch, turn.now)


def is_gone(turn: Turn) -> None:
    now = turn.now
    turn.subject.set(
        vm_state=DELETED, task_state=None, power_state=0, deleted_at=now, terminated_at=now
    )


def is_stuck(turn: Turn) -> None:
    """The host can't: the owner may ask again."""
    turn.subject.set(vm_state=ERROR, task_state=None)
    turn.subject.fail(turn.record.message, turn.record.details, turn.now, turn.refusal)


OPERATIONS = (
    Operation(
        "delete",
        "delete",
        steps=(
            database_step(seats.take_all),
            host_step("destroy_machine", event=EVENT, task="deleting", at=seats.OTHER),
            host_step("destroy_machine", event=EVENT, task="deleting", at=seats.HOME),
            service_step(
                "release_ports",
                "release_volumes",
                event=EVENT,
                task="deleting",
                when=services_have_some,
            ),
            database_step(give_back),
        ),
        ends=is_gone,
        fails=is_stuck,
        patient=True,
        owes=True,
        preempts=EVERYTHING,
    ),
)
