# SPDX-License-Identifier: Apache-2.0
"""What tools/test makes of tests that fail: once, always, or too many of them."""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from kit import paths
from kit.testing import command, runner
from kit.testing.runner import Result
from kit.testing.suites import Suite

SOUND = """
import unittest
class Sound(unittest.TestCase):
    def test_it(self):
        pass
"""
ONCE = """
import pathlib, unittest
class Once(unittest.TestCase):
    def test_it(self):
        mark = pathlib.Path(__file__).with_name("seen")
        seen = mark.exists()
        mark.touch()
        self.assertTrue(seen, "the first time")
"""
ALWAYS = """
import unittest
class Always(unittest.TestCase):
    def test_it(self):
        self.fail("each time")
"""


class RunnerTest(unittest.TestCase):
    def run_suite(self, **files: str) -> Result:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        tests = Path(folder.name) / "small"
        tests.mkdir()
        (tests / "__init__.py").touch()
        for name, text in files.items():
            (tests / f"test_{name}.py").write_text(text)
        checkout = mock.patch.object(paths, "CHECKOUT", Path(folder.name))
        with checkout, contextlib.redirect_stdout(io.StringIO()):
            return runner.run(Suite("small", 1, path="small"), Path(sys.executable).parent)

    def report(self, result: Result) -> tuple[int, str]:
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            code = command._report([result], {})
        return code, out.getvalue()

    def test_all_is_well(self) -> None:
        result = self.run_suite(sound=SOUND)
        self.assertEqual((True, 1, 0), (result.ok, result.passed, result.failed))
        self.assertIn("1 passed, 0 failed, 0 skipped, 0 unsteady", self.report(result)[1])

    def test_what_fails_once_is_told_as_unsteady(self) -> None:
        result = self.run_suite(sound=SOUND, once=ONCE)
        self.assertEqual((True, 2, 0), (result.ok, result.passed, result.failed))
        code, told = self.report(result)
        self.assertEqual(0, code)
        self.assertIn("passed the second time only: small.test_once.Once.test_it", told)
        self.assertIn("AssertionError: False is not true : the first time", told)
        self.assertIn("2 passed, 0 failed, 0 skipped, 1 unsteady", told)

    def test_what_fails_again_has_failed(self) -> None:
        result = self.run_suite(sound=SOUND, once=ONCE, always=ALWAYS)
        self.assertEqual((False, 1, 2), (result.ok, result.passed, result.failed))
        code, told = self.report(result)
        self.assertEqual(1, code)
        self.assertIn("FAILED: small.test_always.Always.test_it", told)
        self.assertIn("each time", told)

    def test_many_failures_are_no_chance(self) -> None:
        more = {f"once{number}": ONCE.replace("seen", f"seen{number}") for number in range(4)}
        result = self.run_suite(**more)
        self.assertEqual((False, 4), (result.ok, result.failed))
