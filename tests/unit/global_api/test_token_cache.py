# SPDX-License-Identifier: Apache-2.0
"""Tests of the memory of tokens: bounded in number and in time."""

from __future__ import annotations

import unittest

from nova_cells.global_api.token_cache import TokenCache


class TokenCacheTest(unittest.TestCase):
    def setUp(self) -> None:
        self.now = 100.0
        self.cache = TokenCache(most=3, clock=lambda: self.now)

    def test_it_forgets_in_time(self) -> None:
        self.cache.set("a", b"1", time=10)
        self.now += 9
        self.assertEqual(b"1", self.cache.get("a"))
        self.now += 1
        self.assertIsNone(self.cache.get("a"))

    def test_it_forgets_what_nobody_asked_for_longest(self) -> None:
        for key in "abc":
            self.cache.set(key, key.encode(), time=10)
        self.cache.get("a")
        self.cache.set("d", b"d", time=10)
        self.assertEqual([b"a", None, b"c", b"d"], [self.cache.get(key) for key in "abcd"])

    def test_what_is_never_to_be_kept_is_not(self) -> None:
        self.cache.set("a", b"1")
        self.assertIsNone(self.cache.get("a"))
