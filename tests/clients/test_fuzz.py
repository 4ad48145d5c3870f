# SPDX-License-Identifier: Apache-2.0
"""Schemathesis against a running cloud, for as long as a suite may take; tools/fuzz has no end."""

from __future__ import annotations

import unittest

from kit.fuzz import command

EXAMPLES = 3
SEED = 1


class FuzzTest(unittest.TestCase):
    def test_the_newest_version(self) -> None:
        self.assertEqual(0, command.fuzz(104, EXAMPLES, SEED, seconds=50))

    def test_the_oldest_version(self) -> None:
        self.assertEqual(0, command.fuzz(1, EXAMPLES, SEED, seconds=25))
