# SPDX-License-Identifier: Apache-2.0
"""How an operation makes an image of its server; the steps that snapshots, backups, shelves share.

The record of the image was made by the API before the operation began, with its user's token; the
bytes are brought by the host, with its own credentials. An image that does not come to be is put on
the list of those to discard in the transaction that gives it up: undone, failed or interrupted.
"""

from __future__ import annotations

from sqlalchemy import Connection

from nova_cells.cell.conductor.seats import HOME
from nova_cells.cell.db import image_chores
from nova_cells.journal.model import Step, database_step, host_step
from nova_cells.journal.record import Record
from nova_cells.journal.turn import Turn
from nova_cells.objects import ImageFacts

COPIED = "copied"
"""The seat of the host whose disk is copied; empty where no image is made."""

_NEW, _CAPTURE = "new_image", "capture"


def take_image(turn: Turn) -> None:
    """Seat the host; `new_image` is the id of the image's record, until the image is there."""
    home = turn.subject["host"]
    turn.put(HOME, home)
    if image := turn.record.arguments.get(_NEW):
        turn.record.arguments[_CAPTURE] = image
        turn.put(COPIED, home)


def discard(turn: Turn) -> None:
    """The image will never be whole."""
    abandon(turn.connection, turn.record, turn.now)


def abandon(connection: Connection, record: Record, now: int) -> None:
    """Whatever became of this operation, an image it was making is of no use."""
    if image := record.arguments.pop(_NEW, None):
        image_chores.discard(connection, image, now)


def captured(turn: Turn) -> None:
    """The copy is made; what comes now does not touch the guest."""


def is_there(turn: Turn) -> ImageFacts | None:
    """The image is whole: it stays, whatever comes. Its facts as the host told them."""
    image = turn.record.arguments.pop(_NEW, None)
    told = turn.facts.get("image")
    if told is not None:
        facts: ImageFacts = ImageFacts.from_document(told)
        return facts
    return ImageFacts(id=image) if image else None


def forget_shelved(turn: Turn) -> None:
    """A server that is not shelved any more, or is no more, needs no image of its own."""
    image = turn.subject.document.get("shelved_image")
    if image is not None:
        image_chores.discard(turn.connection, image["id"], turn.now)
        turn.subject.set(shelved_image=None, shelved_at=None)
        turn.notes.after.append(turn.world.image_work)


def steps(event: str, *, copying: str, uploading: str) -> tuple[Step, ...]:
    """Copy the disk and bring the copy to the image service; the task states are told."""
    return (
        host_step("capture_disk", undo="drop_capture", event=event, task=copying, at=COPIED),
        database_step(captured),
        host_step("upload_capture", event=event, task=uploading, at=COPIED),
        host_step("drop_capture", event=event, task=uploading, at=COPIED),
    )


def taking() -> Step:
    """The step before all others."""
    return database_step(take_image, undo=discard)
