# SPDX-License-Identifier: Apache-2.0
"""Bodies are checked as their version was, and reach services in head form."""

from __future__ import annotations

import testtools

from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.versioning import bodies
from nova_cells.global_api.versioning.bodies import BodySchema, body_changed, body_steps_up


class BodyTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.addCleanup(bodies._EDITS.pop, "thing", None)
        self.addCleanup(bodies._STEPS.pop, "thing", None)
        body_changed(5, of="thing")(self._without_size)
        body_changed(9, of="thing")(self._colour_was_text)
        body_steps_up(9, of="thing")(self._as_list)
        colours = {"type": "array", "items": {"type": "string"}}
        self.schema = BodySchema(
            "thing",
            {
                "type": "object",
                "properties": {
                    "thing": {
                        "type": "object",
                        "properties": {"size": {"type": "integer"}, "colour": colours},
                        "required": ["colour"],
                        "additionalProperties": False,
                    }
                },
                "required": ["thing"],
                "additionalProperties": False,
            },
        )

    @staticmethod
    def _without_size(schema):
        del schema["properties"]["thing"]["properties"]["size"]

    @staticmethod
    def _colour_was_text(schema):
        schema["properties"]["thing"]["properties"]["colour"] = {"type": "string"}

    @staticmethod
    def _as_list(body):
        body["thing"]["colour"] = [body["thing"]["colour"]]

    def accept(self, minor, lenient=False, **thing):
        return self.schema.accept({"thing": thing}, minor, lenient=lenient)["thing"]

    def refused(self, minor, **thing):
        return self.assertRaises(BadRequest, self.accept, minor, **thing).message

    def test_head(self):
        self.assertEqual({"colour": ["red"], "size": 1}, self.accept(9, colour=["red"], size=1))
        self.assertIn("thing.colour", self.refused(9, colour="red"))

    def test_older_forms_step_up(self):
        self.assertEqual({"colour": ["red"], "size": 1}, self.accept(8, colour="red", size=1))
        self.assertEqual({"colour": ["red"]}, self.accept(4, colour="red"))

    def test_a_field_is_unknown_before_its_version(self):
        self.assertIn("size", self.refused(4, colour="red", size=1))
        self.accept(5, colour="red", size=1)

    def test_the_unversioned_api_tolerates_what_it_does_not_know(self):
        self.accept(1, lenient=True, colour="red", size=1, more=2)
        self.assertIn("more", self.refused(1, colour="red", more=2))

    def test_the_head_schema_is_never_changed(self):
        before = repr(self.schema.head)
        self.accept(1, colour="red")
        self.assertEqual(before, repr(self.schema.head))

    def test_one_compilation_a_window(self):
        for minor in range(1, 105):
            self.accept(minor, colour=["red"] if minor >= 9 else "red")
        self.assertEqual({(1, False), (5, False), (9, False)}, set(self.schema._compiled))

    def test_messages_name_the_field(self):
        for size in ("x", 1.0, True, 1e30):
            self.assertIn("thing.size", self.refused(104, colour=[], size=size))
        self.assertIn("thing.colour", self.refused(104, colour=[1]))
        self.assertIn("colour", self.refused(104))
        for body in (None, [], 1, {}, {"thing": None}):
            self.assertRaises(BadRequest, self.schema.accept, body, 104)

    def test_long_values_are_not_repeated_whole(self):
        self.assertLess(len(self.refused(104, colour="x" * 10000)), 500)
