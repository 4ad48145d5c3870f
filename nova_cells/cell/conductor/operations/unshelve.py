# SPDX-License-Identifier: Apache-2.0
"""Has a shelved server run again: switched on where it is, or made from its image on a new host.

A host that fails is undone and another one tried; when all is tried it is offloaded as before, with
its image. Where it may go is said by the zone it is pinned to, which may be changed here, and by
`host`; what its first wish said of hosts counts no more.
"""

from __future__ import annotations

from typing import Any

from nova_cells.cell.conductor import image_making, outcomes, ports, volumes
from nova_cells.cell.conductor.operations.build import claim_host, release_host, try_elsewhere
from nova_cells.cell.conductor.seats import HOME
from nova_cells.cell.conductor.transitions import ACTIVE, SHELVED, SHELVED_OFFLOADED
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn

EVENT, TASK = "compute_unshelve_instance", "unshelving"
NEW = "new"
"""The seat of the host on which it is made again."""


def find_host(turn: Turn) -> None:
    """A claim for one that is offloaded; one that is not has its host."""
    if turn.subject["vm_state"] == SHELVED:
        _refuse_wishes(turn)
        turn.put(HOME, turn.subject["host"])
        return
    _aim(turn)
    claim_host(turn)
    turn.put(NEW, turn.record.place)


def has_ports_there(turn: Turn) -> None:
    ports.take_there(turn, NEW)


def has_volumes_there(turn: Turn) -> None:
    volumes.take_at(turn, NEW)


def has_no_volumes_there(turn: Turn) -> None:
    """They are reserved again, by attachments that may be new."""
    volumes.leave(turn, turn.at(NEW))


def give_back(turn: Turn) -> None:
    if turn.at(NEW) is not None:
        release_host(turn)
        turn.subject.set(host=None, node=None)
        turn.put(NEW, None)


def somewhere_else(turn: Turn) -> bool:
    """Only one that is offloaded can be made on another host."""
    return turn.subject["vm_state"] == SHELVED_OFFLOADED and try_elsewhere(turn)


def _refuse_wishes(turn: Turn) -> None:
    if {"availability_zone", "host"} & turn.record.arguments.keys():
        raise Refused(
            FaultCode.CONFLICT,
            f"Specifying an availability zone or a host is not allowed when unshelving server "
            f"{turn.subject.uuid} in state {SHELVED}: only {SHELVED_OFFLOADED} ones have none.",
        )


def _aim(turn: Turn) -> None:
    """Put the wish into the spec the scheduler reads."""
    head, arguments = turn.subject, turn.record.arguments
    changes: dict[str, Any] = {"forced_host": None, "forced_node": None, "requested_node": None}
    changes["requested_host"] = arguments.get("host")
    if "availability_zone" in arguments:
        changes["availability_zone"] = arguments["availability_zone"]
        head.set(pinned_availability_zone=arguments["availability_zone"])
    spec = head.spec(turn.connection)
    if spec is not None:
        head.put_spec(turn.connection, spec.replace(**changes))


def runs_again(turn: Turn) -> None:
    """Its image has done its service. How long it has lived is counted on from its first start."""
    head, host = turn.subject, turn.at(NEW)
    image_making.forget_shelved(turn)
    ports.arrive(turn, host)
    outcomes.becomes(ACTIVE, outcomes.RUNNING)(turn)
    if host is not None:
        spec = head.spec(turn.connection)
        if spec is not None and spec.requested_host:
            head.put_spec(turn.connection, spec.replace(requested_host=None))
        hosts = turn.world.hosts
        turn.notes.after.append(lambda: hosts.failed_builds.pop(host, None))
        turn.notes.after.append(lambda: hosts.building.subtract([host]))


OPERATIONS = (
    Operation(
        "unshelve",
        "unshelve",
        steps=(
            database_step(find_host, undo=give_back),
            service_step(
                "move_ports",
                undo="park_ports",
                event=EVENT,
                task=TASK,
                at=NEW,
                when=ports.are_there,
            ),
            database_step(has_ports_there, undo=has_no_volumes_there),
            service_step(
                "connect_volumes",
                undo="disconnect_volumes",
                event=EVENT,
                task=TASK,
                at=NEW,
                when=volumes.are_there,
            ),
            database_step(has_volumes_there),
            host_step("create_machine", undo="destroy_machine", event=EVENT, task=TASK, at=NEW),
            host_step("start_held", event=EVENT, task=TASK, at=NEW, when=ports.are_awaited),
            *ports.plugged(EVENT, TASK),
            host_step("power_on", event=EVENT, task=TASK, at=NEW),
            host_step("power_on", event=EVENT, task=TASK, at=HOME),
            service_step(
                "complete_attachments", event=EVENT, task=TASK, at=NEW, when=volumes.are_there
            ),
        ),
        ends=runs_again,
        fails=outcomes.stays_as_it_was,
        again=somewhere_else,
        homeless=True,
        lengthy=True,
    ),
)
