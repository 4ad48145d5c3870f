# SPDX-License-Identifier: Apache-2.0
"""Instances as the subjects of the journal, and the one way an instance is written.

Every write raises the revision and puts the new head into the outbox, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection

from nova_cells.cell.conductor.head import Head, load
from nova_cells.cell.conductor.host_state import HostState
from nova_cells.cell.conductor.machines import host_work
from nova_cells.cell.db import hosts, instances, outbox, service_chores, tombstones
from nova_cells.journal.turn import Errand, Notes, Turn
from nova_cells.objects import FeedItem, Instance, WorkReport

ANSWERED_DELAY = 1_000_000
"""The caller has this head in its answer, so the feed need not hurry with it."""
SWEEP_DELAY = 60_000_000
"""What a service was asked for and has not answered has happened by then, or never will."""


class InstanceSubjects:
    """`published` is called after a commit that has news for the feed."""

    def __init__(
        self, hosts: HostState, published: Callable[[], None], clock: Callable[[], int]
    ) -> None:
        self._hosts = hosts
        self._published = published
        self._clock = clock

    def load(self, connection: Connection, subject: str) -> Head | None:
        return load(connection, subject, lock=True)

    def hold(self, turn: Turn) -> None:
        turn.subject.set(operation=turn.record.id)

    def show(self, turn: Turn, task: str | None) -> None:
        if turn.subject["task_state"] != task:
            turn.subject.set(task_state=task)

    def free(self, turn: Turn) -> None:
        head: Head = turn.subject
        if head is not None and head["operation"] == turn.record.id:
            head.set(operation=None)

    def down(self, place: str) -> bool:
        return self._hosts.down(place)

    def save(self, turn: Turn) -> None:
        """Write the head back; what goes to a host needs the spec too."""
        head: Head = turn.subject
        if head is None:
            return
        if head.dirty:
            self.write(turn.connection, turn.notes, head, turn.now, answered=turn.beginning)
        if turn.errand is not None:
            head.spec(turn.connection)
            head.learn_connections(turn.connection)

    def save_new(self, turns: list[Turn], *, told: bool) -> None:
        """Write down heads that are in no database yet, with their news."""
        connection, now = turns[0].connection, turns[0].now
        heads: list[Head] = [turn.subject for turn in turns]
        instances.add_all(connection, [head.document for head in heads])
        first = [head for head in heads if head["epoch"] == 1]
        due_at = now + (ANSWERED_DELAY if told else 0)
        outbox.put_new(connection, [feed_item(head) for head in first], due_at)
        for head in heads:
            if head["epoch"] > 1:
                outbox.put(connection, feed_item(head), due_at)
            head.fresh = head.dirty = False
        if not told:
            turns[0].notes.after.append(self._published)

    def write(
        self, connection: Connection, notes: Notes, head: Head, now: int, *, answered: bool
    ) -> None:
        """Put a changed head and its news down; `answered`: a caller gets it at once anyway."""
        document = head.document
        if not head.fresh:
            document["revision"] += 1
            document["updated_at"] = now
        if head.gone:
            instances.remove(connection, head.uuid)
            tombstones.put(connection, head.uuid, document["epoch"], now)
        elif head.fresh:
            instances.add(connection, document)
        else:
            instances.put(connection, document, head.amended_by)
        if document["vm_state"] in instances.NOBODYS:
            head.fresh = head.dirty = False
            return
        due_at = now + (ANSWERED_DELAY if answered else 0)
        first = head.fresh and document["epoch"] == 1
        outbox.put(connection, feed_item(head), due_at, first=first)
        head.fresh = head.dirty = False
        if not answered:
            notes.after.append(self._published)

    def owe(self, turn: Turn, errand: Errand) -> None:
        """Keep for the host what it could not be told; it settles it when it is back."""
        turn.subject.spec(turn.connection)
        turn.subject.learn_connections(turn.connection)
        work = host_work(errand)
        work.generation = turn.record.generation + 1
        work.arguments = {**work.arguments, "owed": True}
        hosts.owe(
            turn.connection,
            operation=turn.record.id,
            attempt=turn.record.attempt,
            host=work.host,
            uuid=turn.record.subject,
            work=work.document(),
            now=turn.now,
        )
        self._hosts.changed(turn.connection, turn.notes, [work.host])

    def sweep(self, turn: Turn) -> None:
        """At a time when nothing that was asked for can come to pass any more.

        What another cell speaks for is swept there: nothing of it is taken from services here.
        """
        if turn.subject is not None and turn.subject["vm_state"] in instances.NOBODYS:
            return
        due_at = turn.now + SWEEP_DELAY
        service_chores.sweep(turn.connection, turn.record.subject, turn.now, due_at)

    def settle(self, connection: Connection, notes: Notes, report: WorkReport) -> bool:
        """Strike out a debt if this report says that all of it is done."""
        work = hosts.debt(connection, report.operation, report.attempt, report.host)
        if work is None:
            return False
        done = {(r.position, r.undo) for r in report.results if r.outcome == "done"}
        if not done.issuperset((step["position"], step["undo"]) for step in work["steps"]):
            return False
        now = self._clock()
        hosts.settle(connection, report.operation, report.attempt, report.host, now)
        self._hosts.changed(connection, notes, [report.host])
        return True


def feed_item(head: Head) -> FeedItem:
    """The head as the feed carries it."""
    return FeedItem(
        kind="instance",
        key=head.uuid,
        epoch=head["epoch"],
        revision=head["revision"],
        version=Instance.VERSION,
        disposition="returned" if head.gone else "current",
        document=head.document,
    )
