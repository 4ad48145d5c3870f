# SPDX-License-Identifier: Apache-2.0
"""Makes a server: claim a host, have ports and volumes there, make the machine, switch it on.

A host that fails is undone and another one tried; when all is tried the cell gives the build back,
with a tombstone, so that nothing of it can come to life here later.
"""

from __future__ import annotations

from nova_cells.cell.conductor import ports, volumes
from nova_cells.cell.conductor.head import Head
from nova_cells.cell.conductor.transitions import ACTIVE, ERROR
from nova_cells.cell.db import instances
from nova_cells.journal.events import EVERYWHERE
from nova_cells.journal.model import Operation, database_step, host_step, service_step
from nova_cells.journal.turn import Turn

EVENT = "compute__do_build_and_run_instance"
RUNNING = 1


def claim_host(turn: Turn) -> None:
    turn.world.placement.claim(turn)
    host, hosts = turn.record.place, turn.world.hosts
    turn.notes.after.append(lambda: hosts.building.update([host]))


def needs_services(turn: Turn) -> bool:
    """Whether anything of it comes from other services."""
    return ports.are_wished(turn) or volumes.are_there(turn)


def _preparing(turn: Turn) -> str:
    return "block_device_mapping" if volumes.are_there(turn) else "networking"


def take(turn: Turn) -> None:
    """What services have for it on this host is its own."""
    ports.take(turn)
    volumes.take(turn)


def release_host(turn: Turn) -> None:
    """The host failed: give it back, remember it, let the scheduler avoid it for a while."""
    host, hosts = turn.record.place, turn.world.hosts
    volumes.leave(turn, host)
    turn.world.placement.release(turn)
    tried = turn.record.arguments.setdefault("tried", [])
    if host not in tried:
        tried.append(host)
    turn.notes.after.append(lambda: hosts.failed_builds.update([host]))
    turn.notes.after.append(lambda: hosts.building.subtract([host]))


def try_elsewhere(turn: Turn) -> bool:
    """Another host of this cell, unless there is none, it is late, or it was tried enough."""
    record = turn.record
    refused = bool(turn.finished) and turn.finished[-1].outcome == "refused"
    no_host = refused and turn.finished[-1].position == 0
    more = record.attempt < turn.world.max_attempts and turn.now < record.deadline
    return more and not no_host and not record.arguments.get(EVERYWHERE)


def becomes_active(turn: Turn) -> None:
    head, host = turn.subject, turn.record.place
    ports.are_up(turn)
    head.set(
        vm_state=ACTIVE,
        task_state=None,
        power_state=turn.facts.get("power_state", RUNNING),
        launched_at=turn.now,
    )
    _forget_secrets(turn, head)
    ports.look_again(turn)
    hosts = turn.world.hosts
    turn.notes.after.append(lambda: hosts.failed_builds.pop(host, None))
    turn.notes.after.append(lambda: hosts.building.subtract([host]))


def is_handed_back(turn: Turn) -> None:
    """The router goes on with it: here a tombstone remains, and the reason goes with the feed.

    What no host could make stays, to be looked at.
    """
    record, head = turn.record, turn.subject
    head.set(vm_state=ERROR, task_state=None, host=None, node=None)
    turn.world.addressing.free(turn)
    message = record.message or "The server could not be built."
    head.fail(message, _trail(turn), turn.now, turn.refusal)
    head.gone = not record.arguments.get(EVERYWHERE)


def _trail(turn: Turn) -> str:
    tried = ", ".join(turn.record.arguments.get("tried", [])) or "none"
    return f"{turn.record.details or ''} (hosts tried: {tried})".strip()


def _forget_secrets(turn: Turn, head: Head) -> None:
    """The guest has its password now; the database need not keep it."""
    spec = instances.spec(turn.connection, head.uuid)
    if spec is not None and spec.get("admin_password"):
        instances.put_spec(turn.connection, head.uuid, spec | {"admin_password": None})


OPERATIONS = (
    Operation(
        "build",
        "create",
        steps=(
            database_step(claim_host, undo=release_host),
            service_step(
                "bind_ports",
                "connect_volumes",
                undo=("release_ports", "disconnect_volumes"),
                event=EVENT,
                task=_preparing,
                when=needs_services,
            ),
            database_step(take, undo=ports.forget),
            host_step("create_machine", undo="destroy_machine", event=EVENT, task="spawning"),
            host_step("start_held", event=EVENT, task="spawning", when=ports.are_awaited),
            *ports.plugged(EVENT, "spawning"),
            host_step("power_on", event=EVENT, task="spawning"),
            service_step(
                "complete_attachments", event=EVENT, task="spawning", when=volumes.are_there
            ),
        ),
        ends=becomes_active,
        fails=is_handed_back,
        again=try_elsewhere,
    ),
)
