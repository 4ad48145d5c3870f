# SPDX-License-Identifier: Apache-2.0
"""The public record of an operation, read from its journal rows."""

from __future__ import annotations

import unittest

from nova_cells.cell.conductor.operations import registry
from nova_cells.cell.db.actions import action_of, events_of
from nova_cells.journal.record import Record, StepRecord

UUID = "88888888-8888-4888-8888-888888888888"
EVENT = "compute__do_build_and_run_instance"


def record(**more):
    values = {
        "id": "op",
        "kind": "build",
        "kind_version": 1,
        "action": "create",
        "subject": UUID,
        "deadline": 100,
        "started_at": 1,
        "updated_at": 9,
        "place": "h1",
        "request_id": "req-1",
        **more,
    }
    return Record(**values)


def step(position, outcome="done", attempt=1, undo=False, **more):
    at = 10 * attempt + position
    return StepRecord("op", attempt, position, undo, "h1", outcome, at, at + 1, **more)


def events(operation, *steps):
    return [
        (e.event, e.start_time, e.finish_time, e.result)
        for e in events_of(operation, list(steps), registry())
    ]


class EventsTest(unittest.TestCase):
    def test_neighbours_of_one_name_are_one_event(self):
        closed = record(open=False, result="done", cursor=8)
        found = events(closed, step(0), step(1), step(2), step(3), step(6))
        self.assertEqual([(EVENT, 11, 17, "Success")], found)

    def test_what_has_not_ended_has_no_result(self):
        found = events(record(cursor=2), step(0), step(1))
        self.assertEqual([(EVENT, 11, None, None)], found)

    def test_what_has_just_begun_is_there_already(self):
        self.assertEqual([(EVENT, 11, None, None)], events(record(cursor=1), step(0)))

    def test_each_attempt_has_its_own_event_and_undos_have_none(self):
        steps = [step(0), step(1, "refused", message="why", details="trace")]
        steps += [step(1, undo=True), step(0, undo=True)]
        steps += [step(n, attempt=2) for n in range(3)]
        closed = record(open=False, result="done", cursor=3, attempt=2)
        found = events_of(closed, steps, registry())
        self.assertEqual(["Error", "Success"], [event.result for event in found])
        self.assertEqual(("why", "trace"), (found[0].details, found[0].traceback))

    def test_a_kind_nobody_knows_has_an_action_without_events(self):
        self.assertEqual([], events(record(kind="levitate"), step(0)))


class ActionTest(unittest.TestCase):
    def test_its_message_says_whether_it_failed(self):
        messages = [
            action_of(record(open=False, result=result)).message
            for result in ("done", "failed", "preempted")
        ]
        self.assertEqual([None, "Error", "Error"], messages)
        self.assertIsNone(action_of(record()).message)
        self.assertEqual("Error", action_of(record(direction="backward")).message)
