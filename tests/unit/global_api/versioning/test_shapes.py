# SPDX-License-Identifier: Apache-2.0
"""Shapes of older versions follow from the history; answers know where they change."""

from __future__ import annotations

import unittest
from unittest import mock

from nova_cells.global_api.openapi import all_endpoints
from nova_cells.global_api.versioning import (
    Answer,
    Shape,
    Within,
    added,
    history,
    many,
    one,
    removed,
    shape_changed,
    shapes,
    whole,
)
from nova_cells.global_api.versioning.answers import walk
from nova_cells.global_api.versioning.shapes import resolve

TEXT = {"type": "string"}
NUMBER = {"type": "integer"}


class ShapeTest(unittest.TestCase):
    def setUp(self) -> None:
        for where, name, empty in (
            (history, "HISTORY", []),
            (shapes, "HISTORY", []),
            (shapes, "_EDITS", {"thing": []}),
        ):
            patch = mock.patch.object(where, name, empty)
            patch.start()
            self.addCleanup(patch.stop)
        shapes.HISTORY = history.HISTORY
        self.shape = Shape("thing", {"a": TEXT, "b": TEXT}, optional=("b",), past={"old": NUMBER})

    def test_what_was_added_is_not_there_before(self) -> None:
        added(5, "b", to="thing")
        self.assertEqual({"a"}, set(self.shape.at(4)["properties"]))
        self.assertEqual({"a", "b"}, set(self.shape.at(5)["properties"]))

    def test_what_was_removed_is_there_before(self) -> None:
        removed(7, "old", of="thing")
        self.assertEqual(["a", "old"], self.shape.at(6)["required"])
        self.assertNotIn("old", self.shape.at(7)["properties"])

    def test_a_changed_form_is_taken_back(self) -> None:
        @shape_changed(9, of="thing")
        def number(schema: shapes.Schema) -> None:
            schema["properties"]["a"] = NUMBER

        self.assertEqual(NUMBER, self.shape.at(8)["properties"]["a"])
        self.assertEqual(TEXT, self.shape.at()["properties"]["a"])

    def test_answers_turn_where_their_parts_do(self) -> None:
        added(5, "b", to="thing")
        answer = many("things", self.shape, links=("things_links", "2.3-2.8"))
        self.assertEqual([1, 3, 5, 9], answer.turns)
        self.assertEqual(5, answer.window(8))
        self.assertNotIn("things_links", answer.at(2)["properties"])

    def test_a_body_that_only_some_versions_have(self) -> None:
        answer = Answer(Within("2.4-", whole({"a": TEXT})))
        self.assertIsNone(answer.at(3))
        self.assertEqual(["a"], answer.at(4)["required"])

    def test_shapes_may_be_referred_to(self) -> None:
        schema = one("thing", self.shape).at(1, lambda shape: {"$ref": shape.name})
        self.assertEqual({"$ref": "thing"}, schema["properties"]["thing"])

    def test_a_missing_part_is_not_required(self) -> None:
        schema = resolve(whole({"a": Within("2.9-", TEXT), "b": TEXT}), 1)
        self.assertEqual(["b"], schema["required"])


class DeclaredTest(unittest.TestCase):
    def test_every_operation_says_what_it_answers(self) -> None:
        """A view that returns something declares a body; a few return a response of their own."""
        without = {
            endpoint.name
            for endpoint in all_endpoints()
            if endpoint.operation.answer is None
            and endpoint.operation.view.__annotations__["return"] not in ("None", "NoReturn")
        }
        self.assertEqual({"server_tags.views.add"}, without)

    def test_every_shape_with_a_history_is_declared(self) -> None:
        changed = {name for change in history.HISTORY for name in change.shapes}
        self.assertEqual(set(), changed - set(self.shapes()))

    def test_a_changed_form_of_documents_is_one_of_schemas_too(self) -> None:
        declared = {(name, since) for name, edits in shapes._EDITS.items() for since, _ in edits}
        for change in history.HISTORY:
            if change.undo is not None and not change.restores:
                for name in change.shapes:
                    self.assertIn((name, change.since), declared)

    def test_every_window_resolves(self) -> None:
        for endpoint in all_endpoints():
            answer = endpoint.operation.answer
            for turn in answer.turns if answer is not None else ():
                answer.at(turn)

    def shapes(self) -> dict[str, Shape]:
        answers = [endpoint.operation.answer for endpoint in all_endpoints()]
        parts = [part for answer in answers if answer is not None for part in walk(answer.node)]
        return {part.history: part for part in parts if isinstance(part, Shape)}
