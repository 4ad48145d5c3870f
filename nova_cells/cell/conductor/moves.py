# SPDX-License-Identifier: Apache-2.0
"""A resize or a cold migration, as far as its owner's word on it: both are one list of steps.

A server that moves holds a claim on both hosts until its owner confirms or reverts. One resized
where it is holds, on its one host, what the larger of both sizes needs, and disk for both.
"""

from __future__ import annotations

from typing import Any

from nova_cells.cell.conductor import migrations, outcomes, ports, volumes
from nova_cells.cell.conductor.migrations import FINISHED
from nova_cells.cell.conductor.move_endings import HERE, own_flavor, wish
from nova_cells.cell.conductor.seats import DESTINATION, SOURCE
from nova_cells.cell.conductor.transitions import ACTIVE, RESIZED
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import (
    Operation,
    StepRefused,
    database_step,
    host_step,
    service_step,
)
from nova_cells.journal.turn import Turn
from nova_cells.objects import Flavor

TRAIT = "COMPUTE_RESIZE"

PREPARE, RESIZE, FINISH = (
    "compute_prep_resize",
    "compute_resize_instance",
    "compute_finish_resize",
)


def wanted_flavor(turn: Turn) -> Flavor:
    """What it is to be: what was asked for, or what it is."""
    document = turn.record.arguments.get("flavor") or turn.subject["flavor"]
    flavor: Flavor = Flavor.from_document(document)
    return flavor


def open_record(turn: Turn) -> None:
    """Begin the public record; remember how the guest is to be left."""
    head, arguments = turn.subject, turn.record.arguments
    arguments["power"] = head["vm_state"] == ACTIVE
    wanted = wanted_flavor(turn)
    _check_fit(turn, wanted)
    migrations.open(
        turn,
        kind=migrations.RESIZE if "flavor" in arguments else migrations.COLD,
        status="pre-migrating",
        source=head["host"],
        old_flavor=own_flavor(turn),
        new_flavor=wanted,
        old_vm_state=head["vm_state"],
    )
    if "flavor" in arguments:
        head.set(other_flavor=arguments["flavor"])


def close_record(turn: Turn) -> None:
    """It did not come about."""
    migrations.mark(turn, "error")
    turn.subject.set(other_flavor=None)


def _check_fit(turn: Turn, flavor: Flavor) -> None:
    spec = turn.subject.spec(turn.connection)
    image = spec.image if spec is not None else None
    if image is None:
        return
    if flavor.memory_mb < image.min_ram:
        raise Refused(FaultCode.INVALID, "Flavor's memory is too small for requested image.")
    if flavor.root_gb and flavor.root_gb < image.min_disk:
        raise Refused(FaultCode.INVALID, "Flavor's disk is too small for requested image.")


def claim_destination(turn: Turn) -> None:
    """Find room, elsewhere or, where that is allowed, on the host it is on."""
    head, arguments = turn.subject, turn.record.arguments
    home, spec = head["host"], head.spec(turn.connection)
    try:
        host = turn.world.placement.claim_elsewhere(
            turn,
            host=arguments.get("host"),
            able={TRAIT},
            spec=spec and spec.replace(flavor=wanted_flavor(turn)),
            or_here="flavor" in arguments and turn.world.resizes_in_place,
        )
    except StepRefused as refusal:
        refusal.accepted = True
        raise
    moves = host != home
    turn.put(SOURCE, home if moves else None)
    turn.put(DESTINATION, host if moves else None)
    turn.put(HERE, None if moves else home)
    migrations.mark(turn, "pre-migrating", destination=host)


def release_destination(turn: Turn) -> None:
    """Give it back, and try it no more."""
    host = turn.at(DESTINATION)
    if host is not None:
        volumes.leave(turn, host)
        turn.world.placement.release(turn, host=host)
        turn.record.arguments["tried"] = [*turn.record.arguments.get("tried", ()), host]
    if (here := turn.at(HERE)) is not None:
        turn.world.placement.settle(turn, here, own_flavor(turn))


def leave_source(turn: Turn) -> None:
    """The destination is ready; from here on a failure is told, not tried elsewhere."""
    arguments = turn.record.arguments
    arguments["ticket"] = turn.facts.get("ticket", arguments.get("ticket"))
    arguments["left"] = True
    migrations.mark(turn, "migrating")


def is_back(turn: Turn) -> None:
    """The source has told how the guest is there again."""
    told = turn.facts.get("power_state", turn.subject["power_state"])
    turn.subject.set(power_state=told)


def has_left(turn: Turn) -> None:
    migrations.mark(turn, "post-migrating")


def has_volumes_there(turn: Turn) -> None:
    volumes.take_there(turn)


def has_ports_there(turn: Turn) -> None:
    ports.take_there(turn, DESTINATION)


def try_elsewhere(turn: Turn) -> bool:
    """Another destination, if the one chosen was not able to receive it and none was named."""
    record = turn.record
    no_host = any(step.position == 1 and step.outcome == "refused" for step in turn.finished)
    if no_host or record.arguments.get("left") or record.arguments.get("host"):
        return False
    return bool(record.attempt < turn.world.max_attempts and turn.now < record.deadline)


def waits_for_owner(turn: Turn) -> None:
    """It runs with its new size, where it is now; the old is kept."""
    head, arguments = turn.subject, turn.record.arguments
    migration = migrations.mark(turn, FINISHED)
    changes: dict[str, Any] = {}
    if (there := turn.at(DESTINATION)) is not None:
        changes = {"host": there, "node": turn.world.hosts.row(there).node}
        ports.arrive(turn, there)
        volumes.arrive(turn, there)
    if "flavor" in arguments:
        old = migration.old_flavor.document() if migration is not None else head["flavor"]
        changes |= {"flavor": arguments["flavor"], "other_flavor": old}
        wish(turn, Flavor.from_document(arguments["flavor"]))
        if arguments.get("disk_config"):
            changes["disk_config"] = arguments["disk_config"]
    power = turn.facts.get("power_state", _power(arguments["power"]))
    head.set(vm_state=RESIZED, task_state=None, power_state=power, fault=None, progress=0)
    head.set(launched_at=turn.now, **changes)


def _power(on: bool) -> int:
    return outcomes.RUNNING if on else outcomes.SHUT_DOWN


def move(kind: str, action: str) -> Operation:
    """The operation that ends in VERIFY_RESIZE, under either of its names."""
    return Operation(
        kind,
        action,
        steps=(
            database_step(open_record, undo=close_record),
            database_step(claim_destination, undo=release_destination, event="cold_migrate"),
            service_step(
                "connect_there",
                undo="settle_attachments",
                at=DESTINATION,
                event=PREPARE,
                task="resize_prep",
                when=volumes.are_there,
            ),
            database_step(has_volumes_there),
            host_step(
                "receive_machine",
                undo="destroy_machine",
                at=DESTINATION,
                event=PREPARE,
                task="resize_prep",
            ),
            database_step(leave_source, undo=is_back, event=PREPARE),
            *_in_place(),
            *_to_another_host(),
        ),
        ends=waits_for_owner,
        fails=outcomes.stays_as_it_was,
        again=try_elsewhere,
        lengthy=True,
    )


def _to_another_host() -> tuple[Any, ...]:
    resizing: dict[str, Any] = {"event": RESIZE, "task": "resize_migrating"}
    finishing: dict[str, Any] = {"event": FINISH, "task": "resize_finish"}
    return (
        host_step("power_off", undo="power_as_asked", at=SOURCE, **resizing),
        host_step("send_machine", at=SOURCE, **resizing),
        database_step(has_left),
        service_step(
            "move_ports", undo="return_ports", at=DESTINATION, when=ports.are_there, **resizing
        ),
        database_step(has_ports_there),
        host_step("take_over_machine", undo="destroy_machine", at=DESTINATION, **finishing),
        host_step("start_held", at=DESTINATION, when=ports.are_awaited, **finishing),
        *ports.plugged(FINISH, "resize_finish"),
        host_step("power_as_asked", at=DESTINATION, **finishing),
        service_step("complete_attachments", at=DESTINATION, when=volumes.are_there, **finishing),
    )


def _in_place() -> tuple[Any, ...]:
    resizing: dict[str, Any] = {"event": RESIZE, "task": "resize_migrating"}
    return (
        host_step("power_off", undo="power_as_asked", at=HERE, **resizing),
        host_step("resize_machine", undo="unresize_machine", at=HERE, **resizing),
        host_step("power_as_asked", at=HERE, event=FINISH, task="resize_finish"),
    )
