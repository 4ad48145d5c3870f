# SPDX-License-Identifier: Apache-2.0
"""Query parameters: known, dropped or refused, as the version says."""

from __future__ import annotations

import testtools

from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.versioning import queries
from nova_cells.global_api.versioning.parameters import Choice, Moment, Number, Text, Uuid
from nova_cells.global_api.versioning.queries import (
    QuerySchema,
    parameters_added,
    parameters_removed,
    query_strict,
)


class QueryTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        for table in (queries._SINCE, queries._UNTIL, queries._STRICT):
            self.addCleanup(table.pop, "things", None)
        parameters_added(5, "late", to="things")
        parameters_removed(9, "early", of="things")
        query_strict(20, on="things")
        self.schema = QuerySchema("things", {"late": Text(), "early": Text(), "n": Number()})

    def accept(self, minor, lenient=False, **given):
        texts = {name: [value] for name, value in given.items()}
        return self.schema.accept(texts, minor, lenient=lenient)

    def test_windows(self):
        for minor, known in ((1, {"early"}), (5, {"early", "late"}), (9, {"late"})):
            self.assertEqual(known, set(self.accept(minor, early="1", late="2")))

    def test_unknown_names(self):
        self.assertEqual({}, self.accept(19, other="1"))
        refusal = self.assertRaises(BadRequest, self.accept, 20, other="1")
        self.assertIn("other", refusal.message)
        self.assertEqual({}, self.accept(20, lenient=True, other="1"))

    def test_strict_everywhere_from_2_102(self):
        plain = QuerySchema("plain")
        self.assertEqual({}, plain.accept({"x": ["1"]}, 101))
        self.assertRaises(BadRequest, plain.accept, {"x": ["1"]}, 102)


class ParameterTest(testtools.TestCase):
    def refused(self, kind, *texts):
        return self.assertRaises(BadRequest, kind.read, "field", list(texts)).message

    def test_how_often(self):
        self.assertIn("field", self.refused(Text(), "a", "b"))
        self.assertEqual("b", Text(last=True).read("field", ["a", "b"]))
        self.assertEqual(["a", "b"], Text(many=True).read("field", ["a", "b"]))

    def test_numbers(self):
        self.assertEqual(7, Number().read("field", ["7"]))
        self.assertEqual(2**63 - 1, Number().read("field", ["9" * 300]))
        self.assertEqual(-7, Number(least=None).read("field", ["-7"]))
        for text in ("-" + "9" * 19, "-" + "9" * 300):
            self.assertIn("field", self.refused(Number(least=None), text))
        for text in ("", "x", "1.5", "-1", " 1", "1_0", "٣", "-" + "9" * 300):
            self.assertIn("field", self.refused(Number(), text))

    def test_moments(self):
        for text in ("2001-01-01", "2001-01-01T00:00:00Z", "2001-01-01 01:00:00+01:00"):
            self.assertEqual(978307200_000000, Moment().read("field", [text]), text)
        self.assertEqual(978307200_500000, Moment().read("field", ["2001-01-01T00:00:00.500000"]))
        self.assertEqual(978303600_000000, Moment().read("field", ["2001-01-01T00:00:00 01:00"]))
        for text in ("", "x", "yesterday", "2001-13-01", "0", "9" * 50):
            self.assertIn("field", self.refused(Moment(), text))

    def test_words_patterns_and_ids(self):
        self.assertEqual("asc", Choice(words=("asc", "desc")).read("field", ["asc"]))
        self.refused(Choice(words=("asc", "desc")), "up")
        self.refused(Text(pattern="[a-z]+"), "a1")
        self.refused(Text(longest=3), "abcd")
        self.refused(Uuid(), "x")
