# SPDX-License-Identifier: Apache-2.0
"""The operators of extra specs, one line each."""

import unittest

from nova_cells.cell.scheduler.extra_specs import wanted

YES = [
    ("plain", "plain"),
    ("", ""),
    ("two words", "two words"),
    ("= 3", "4"),
    ("== 3", "3.0"),
    ("!= 3", "4"),
    (">= 3", "3"),
    ("<= 3", "2"),
    ("s== abc", "abc"),
    ("s!= abc", "abd"),
    ("s< b", "a"),
    ("s<= b", "b"),
    ("s> b", "c"),
    ("s>= b", "b"),
    ("<in> ssse", "sse ssse3"),
    ("<all-in> aes mmx", "mmx aes sse"),
    ("<or> one <or> two", "two"),
    ("<range-in> [ 1 3 ]", "3"),
    ("<range-in> ( 1 3 )", "2"),
]
NO = [
    ("plain", "other"),
    ("", "something"),
    ("= 3", "2"),
    ("== 3", "3.1"),
    ("!= 3", "3"),
    (">= 3", "many"),
    (">= many", "3"),
    ("s== abc", "abcd"),
    ("<in> avx", "sse"),
    ("<all-in> aes avx", "mmx aes"),
    ("<or> one <or> two", "three"),
    ("<range-in> [ 1 3 ]", "4"),
    ("<range-in> ( 1 3 )", "3"),
    ("<range-in> 1 3", "2"),
    ("<range-in> [ one 3 ]", "2"),
    ("s==", "s== x"),
]


class WantedTest(unittest.TestCase):
    def test_what_fits(self):
        for text, value in YES:
            with self.subTest(text=text, value=value):
                self.assertTrue(wanted(text)(value))

    def test_what_does_not(self):
        for text, value in NO:
            with self.subTest(text=text, value=value):
                self.assertFalse(wanted(text)(value))
