# SPDX-License-Identifier: Apache-2.0
"""Spans of versions are read as they are written down on views."""

import testtools

from nova_cells.global_api.versioning.span import MicroversionPredicate, Span


class SpanTest(testtools.TestCase):
    def test_forms(self):
        for text, low, high in (("2.26-", 26, 104), ("2.1-2.35", 1, 35), ("2.6", 6, 6)):
            self.assertEqual((low, high), (Span.parse(text).low, Span.parse(text).high))

    def test_both_ends_belong(self):
        span = Span.parse("2.5-2.7")
        self.assertEqual([5, 6, 7], [minor for minor in range(1, 105) if minor in span])

    def test_other_texts_are_mistakes(self):
        for text in ("", "2", "2.x", "3.1", "-2.5", "2.5-3.1", "2.5 -"):
            self.assertRaises(ValueError, Span.parse, text)

    def test_predicates_of_one_span_are_one_predicate(self):
        one, other = MicroversionPredicate("2.1-", None), MicroversionPredicate("2.1-2.104", None)
        self.assertEqual(one.phash(), other.phash())
