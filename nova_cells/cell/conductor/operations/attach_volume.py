# SPDX-License-Identifier: Apache-2.0
"""Gives a server another volume, which the API has reserved for it.

It is the server's before its host hears of it. A server without a host gets it when it is made
again; the volume is shown as in use from now on all the same, as whoever attaches one waits for
that. One that has its machine on two hosts gets it where it is.
"""

from __future__ import annotations

from string import ascii_lowercase

from nova_cells.cell.conductor import volumes
from nova_cells.cell.conductor.head import Head
from nova_cells.cell.conductor.outcomes import stays_as_it_was
from nova_cells.cell.conductor.seats import HOME
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn

EVENT = "compute_attach_volume"


def take_volume(turn: Turn) -> None:
    """The argument `volume` is a document of `RequestSpec.volumes`; from here on it is the id."""
    head, arguments = turn.subject, turn.record.arguments
    volume = arguments["volume"]
    if not isinstance(volume, dict):
        return  # written down before, in a transaction that was repeated
    if volumes.find(head, volume["id"]) is not None:
        message = f"Volume {volume['id']} is already attached to instance {head.uuid}."
        raise Refused(FaultCode.INVALID, message)
    if head["host"] is not None and turn.world.hosts.down(head["host"]):
        raise Refused(FaultCode.HOST_DOWN, f"The host of instance {head.uuid} is down.")
    turn.put(HOME, head["host"])
    known = volume.get("device") or _free_name(head)
    head.set(volumes=[*volumes.of(head), {**volume, "device": known}])
    arguments["volume"] = volume["id"]


def _free_name(head: Head) -> str:
    """A guess, which the host's own word replaces: what the server has before it comes first."""
    taken = {volume.get("device") for volume in volumes.of(head)}
    names = [f"/dev/vd{letter}" for letter in ascii_lowercase[1:]]
    names += [f"/dev/vd{one}{other}" for one in ascii_lowercase for other in ascii_lowercase]
    return next(name for name in names if name not in taken)


def give_volume_back(turn: Turn) -> None:
    volumes.drop(turn, turn.record.arguments["volume"])


def is_connected(turn: Turn) -> None:
    volumes.take_at(turn, HOME)


def is_plugged_in(turn: Turn) -> None:
    head = turn.subject
    if device := turn.record.arguments.get("found"):
        volumes.change(head, turn.record.arguments["volume"], device=device)
    head.set(task_state=None)


def is_nowhere(turn: Turn) -> bool:
    """Its attachment is completed without a connection; unshelving makes the connection."""
    return turn.at(HOME) is None


def see_device(turn: Turn) -> None:
    """What the guest is likely to call it."""
    turn.record.arguments["found"] = turn.facts.get("device")


OPERATIONS = (
    Operation(
        "attach_volume",
        "attach_volume",
        steps=(
            database_step(take_volume, undo=give_volume_back),
            service_step("attach_connection", undo="drop_attachment", event=EVENT, at=HOME),
            database_step(is_connected),
            host_step("attach_volume", undo="detach_volume", event=EVENT, at=HOME),
            database_step(see_device),
            service_step("complete_attachment", event=EVENT, at=HOME),
            service_step(
                "complete_attachment", undo="drop_attachment", event=EVENT, when=is_nowhere
            ),
        ),
        ends=is_plugged_in,
        fails=stays_as_it_was,
        homeless=True,
    ),
)
