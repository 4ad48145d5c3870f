# SPDX-License-Identifier: Apache-2.0
"""What operations know of a server's volumes: what its head says, and which connections it has.

Each volume has one attachment for each host on which the server is, or is to be: its head names the
one that counts. How a host reaches it is a secret; only the table of connections has it.
"""

from __future__ import annotations

from typing import Any

from nova_cells.cell.conductor.head import Head
from nova_cells.cell.conductor.seats import DESTINATION, OTHER, SOURCE
from nova_cells.cell.db import volumes
from nova_cells.journal.turn import Turn

Volume = dict[str, Any]
CONNECTED, RESERVED, SECRETS = "connected", "reserved", "secrets"
"""Facts of works: volume → attachment, with a connection among the secrets or without any."""

THERE = "attachments_at"
"""The argument with attachments on a host where the server is not yet."""

ALL = "volumes"
"""The key of a head."""


def of(head: Head) -> list[Volume]:
    """All that a server has."""
    found: list[Volume] = head.document.get(ALL) or []
    return found


def are_there(turn: Turn) -> bool:
    """Whether the server has any, or is to have any."""
    return bool(of(turn.subject))


def find(head: Head, volume_id: str) -> Volume | None:
    """One of them."""
    return next((volume for volume in of(head) if volume["id"] == volume_id), None)


def change(head: Head, volume_id: str, **changes: Any) -> None:
    """Something is different about one of them."""
    head.set(volumes=[{**one, **changes} if one["id"] == volume_id else one for one in of(head)])


def drop(turn: Turn, volume_id: str) -> None:
    """The server has it no more, nowhere."""
    head: Head = turn.subject
    head.set(volumes=[one for one in of(head) if one["id"] != volume_id])
    volumes.forget(turn.connection, head.uuid, volume_id=volume_id)


def take(turn: Turn) -> None:
    """They are connected to the host the server is on, or is being made on."""
    _keep(turn, turn.record.place)
    _name(turn.subject, turn.facts.get(CONNECTED, {}))


def take_at(turn: Turn, seat: str) -> None:
    """They are connected to the host of this seat; those it had elsewhere do not count any more."""
    _keep(turn, turn.at(seat))
    _name(turn.subject, turn.facts.get(CONNECTED, {}))


def take_there(turn: Turn, seat: str = DESTINATION) -> None:
    """They are connected to a host where the server is not yet."""
    host = turn.at(seat)
    if turn.facts.get(CONNECTED) and host is not None:
        _keep(turn, host)
        turn.record.arguments[THERE] = {host: turn.facts[CONNECTED]}


def arrive(turn: Turn, host: str | None) -> None:
    """The server is on this host now: those attachments count."""
    _name(turn.subject, turn.record.arguments.pop(THERE, {}).get(host, {}))


def leave(turn: Turn, host: str | None) -> None:
    """Nothing is connected to this host any more."""
    if host is not None and are_there(turn):
        volumes.forget(turn.connection, turn.subject.uuid, host=host)
    _name(turn.subject, turn.facts.get(RESERVED, {}))


def leave_one(turn: Turn, volume_id: str) -> None:
    """This one is connected nowhere."""
    forget_one(turn, volume_id)
    _name(turn.subject, turn.facts.get(RESERVED, {}))


def leave_source(turn: Turn) -> None:
    leave(turn, turn.at(SOURCE))


def are_gone(turn: Turn) -> None:
    """Nothing of the server is left; what it had is remembered in its head."""
    if are_there(turn):
        volumes.forget(turn.connection, turn.subject.uuid)


def forget_one(turn: Turn, volume_id: str) -> None:
    """Nothing reaches this one any more."""
    volumes.forget(turn.connection, turn.subject.uuid, volume_id=volume_id)


def is_in_file(turn: Turn, volume_id: str, file: str) -> None:
    """Its service keeps it in files, and the guest writes to this one from now on."""
    head: Head = turn.subject
    volumes.put_in_file(turn.connection, head.uuid, volume_id, head["host"], file, turn.now)


def replace(turn: Turn, old: str, connected: str, new: Volume) -> None:
    """The server has `new` in place of `old`; its connection was made as that of `connected`."""
    head: Head = turn.subject
    forget_one(turn, old)
    if connected != new["id"]:
        volumes.rename(turn.connection, head.uuid, connected, new["id"])
    head.set(volumes=[new if one["id"] == old else one for one in of(head)])


def may_have_moved(turn: Turn) -> bool:
    """Whether it may have attachments of a move that was given up."""
    return are_there(turn) and turn.at(OTHER) is not None


def _name(head: Head, attachments: dict[str, str]) -> None:
    if attachments:
        head.set(
            volumes=[
                {**one, "attachment_id": attachments.get(one["id"], one["attachment_id"])}
                for one in of(head)
            ]
        )


def _keep(turn: Turn, host: str | None) -> None:
    secrets = turn.facts.get(SECRETS, {}).get("connections", {})
    attachments = turn.facts.get(CONNECTED, {})
    rows = [
        {
            "uuid": turn.subject.uuid,
            "volume_id": volume_id,
            "host": host,
            "attachment_id": attachments[volume_id],
            "connection": connection,
            "updated_at": turn.now,
        }
        for volume_id, connection in secrets.items()
    ]
    if rows and host is not None:
        volumes.put(turn.connection, rows)
