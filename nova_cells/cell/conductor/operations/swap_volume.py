# SPDX-License-Identifier: Apache-2.0
"""Replaces a volume of a running server by another, whose contents become those of the first.

Asked for by a user, or by the volume service that moves a volume or changes its type: that service
then decides which id the volume has from then on. Once the guest uses the new one it stays.
"""

from __future__ import annotations

from nova_cells.cell.conductor import volumes
from nova_cells.cell.conductor.outcomes import stays_as_it_was
from nova_cells.cell.conductor.seats import HOME
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn

EVENT = "compute_swap_volume"


def take_new(turn: Turn) -> None:
    """The arguments are the old one's id, `volume`, and `new`, a document as for an attachment."""
    head, arguments = turn.subject, turn.record.arguments
    new, old = arguments["new"], volumes.find(head, arguments["volume"])
    if old is None:
        message = f"Instance {head.uuid} is not attached to volume {arguments['volume']}."
        raise Refused(FaultCode.NO_SUCH_VOLUME, message)
    if volumes.find(head, new["id"]) is not None:
        message = f"Volume {new['id']} is already attached to instance {head.uuid}."
        raise Refused(FaultCode.INVALID, message)
    turn.put(HOME, head["host"])
    same = ("boot_index", "tag", "bus", "device", "delete_on_termination", "bdm_uuid")
    arguments["new"] = {**new, **{name: old.get(name) for name in same}}


def is_connected(turn: Turn) -> None:
    """The attachment of the new one, for those who complete it."""
    volumes.take_at(turn, HOME)
    new = turn.record.arguments["new"]
    named = turn.facts[volumes.CONNECTED].get(new["id"], new.get("attachment_id"))
    turn.record.arguments["new"] = {**new, "attachment_id": named}
    turn.record.arguments["keeps_id"] = turn.facts.get("keeps_id", False)


def forget_new(turn: Turn) -> None:
    volumes.forget_one(turn, turn.record.arguments["new"]["id"])


def is_copied(turn: Turn) -> None:
    """The guest uses the new one."""


def has_the_new(turn: Turn) -> None:
    head, arguments = turn.subject, turn.record.arguments
    new = {**arguments["new"], "id": turn.facts.get("id") or arguments["new"]["id"]}
    volumes.replace(turn, arguments["volume"], arguments["new"]["id"], new)
    head.set(task_state=None)


OPERATIONS = (
    Operation(
        "swap_volume",
        "swap_volume",
        steps=(
            database_step(take_new),
            service_step("connect_new_volume", undo="drop_new_volume", event=EVENT, at=HOME),
            database_step(is_connected, undo=forget_new),
            host_step("swap_volume", undo="unswap_volume", event=EVENT, at=HOME),
            database_step(is_copied),
            service_step("finish_swap", event=EVENT, at=HOME),
        ),
        ends=has_the_new,
        fails=stays_as_it_was,
        no_return=5,
        lengthy=True,
    ),
)
