# SPDX-License-Identifier: Apache-2.0
"""Schemathesis against a running cloud, at the size that fits a suite; tools/fuzz has no end."""

from __future__ import annotations

import unittest

from kit.fuzz import command

EXAMPLES = 3
SEED = 1


class FuzzTest(unittest.TestCase):
    def test_the_newest_version(self) -> None:
        self.assertEqual(0, command.fuzz(104, EXAMPLES, SEED, phases="coverage,fuzzing"))

    def test_the_oldest_version(self) -> None:
        self.assertEqual(0, command.fuzz(1, EXAMPLES, SEED, phases="fuzzing"))
