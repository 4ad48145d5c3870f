# SPDX-License-Identifier: Apache-2.0
"""Patterns a caller may use, and those that would stop the process."""

import re

import testtools
from hypothesis import given, settings
from hypothesis import strategies as st

from nova_cells.global_api.faults import BadRequest
from nova_cells.global_api.resources.servers.schemas.patterns import Pattern, what_is_costly

FINE = ("", "web", "^web-[0-9]+$", "a|b", "(web|db)-1", "^(?:a|b)c*", ".*x.*", r"10\.0\..*", "a{2}")
COSTLY = (
    "(a+)+$",
    "(a*)*b",
    "(a|aa)+$",
    "(?:a+)*",
    "((a)|b)*",
    "(a+){2,}",
    "(.*a){9}",
    r"(a)\1",
    ".*.*.*.*x",
    "([a-z]+)*",
    r"(\w+)+$",
    "x" * 256,
)


class PatternTest(testtools.TestCase):
    def test_fine_ones(self):
        for text in FINE:
            self.assertIsNone(what_is_costly(text), text)
            self.assertEqual(text, Pattern().read("name", [text]))

    def test_costly_ones(self):
        for text in COSTLY:
            fault = self.assertRaises(BadRequest, Pattern().read, "name", [text])
            self.assertIn("name", fault.message)

    def test_signs_that_are_only_letters(self):
        for text in (r"\(a\+\)\+", "[(+)]+", "[]+]+", r"[\]+]+", "a{"):
            self.assertIsNone(what_is_costly(text), text)

    @settings(max_examples=200, deadline=None)
    @given(st.text(alphabet="ab()|*+?{}2,.[]\\^$", max_size=14))
    def test_what_is_let_through_comes_to_an_end(self, text):
        """An exponential pattern would keep this going for longer than anybody waits."""
        if what_is_costly(text) is not None:
            return
        try:
            compiled = re.compile(text)
        except re.error:
            return
        self.assertIn(compiled.search("a" * 200 + "c") is None, (True, False))
