# SPDX-License-Identifier: Apache-2.0
"""Crash points, one of them with a real death."""

import os
import subprocess
import sys
import unittest

from nova_cells.runtime import crash

PROGRAM = """
import atexit, sys
from nova_cells.runtime import crash
crash.arm_from_environment()
atexit.register(lambda: print("at exit"))
try:
    for number in range(5):
        crash.reach("commit:before:cell")
        print("passed", number, flush=True)
finally:
    print("finally")
"""


class CrashTest(unittest.TestCase):
    def test_an_unarmed_point_does_nothing(self):
        crash.reach("anything")

    def test_the_visit_counts_only_matching_points(self):
        acted: list[int] = []
        hook = crash.AtVisit("commit:*:cell", 2, lambda: acted.append(1))
        with crash.armed(hook):
            for point in ("commit:before:cell", "commit:before:api", "rpc:before:cell.build"):
                crash.reach(point)
            self.assertEqual([], acted)
            crash.reach("commit:after:cell")
            crash.reach("commit:after:cell")
        self.assertEqual([1], acted)

    def test_a_real_death_runs_no_handler(self):
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, crash.VARIABLE: "commit:before:*@3"},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(crash.EXIT_STATUS, done.returncode)
        self.assertEqual(["passed 0", "passed 1"], done.stdout.splitlines())
