# SPDX-License-Identifier: Apache-2.0
"""One at a time, threads and processes alike, and no lock file stays."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

from nova_cells.cell.compute.images.locks import Busy, alone

HOLDER = """
import sys
from pathlib import Path
from nova_cells.cell.compute.images.locks import alone
with alone(Path(sys.argv[1]), None):
    print("held", flush=True)
    sys.stdin.read()
"""


class LocksTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "lock"

    def test_threads_take_turns(self) -> None:
        inside, most = [], []

        def work() -> None:
            for _ in range(20):
                with alone(self.path, lambda: None):
                    inside.append(1)
                    most.append(len(inside))
                    inside.pop()

        threads = [threading.Thread(target=work) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((120, {1}), (len(most), set(most)))
        self.assertFalse(self.path.exists())

    def test_another_process_is_waited_for_and_a_killed_one_holds_nothing(self) -> None:
        words = [sys.executable, "-c", HOLDER, str(self.path)]
        pipe = subprocess.PIPE
        with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True) as holder:
            assert holder.stdout is not None
            self.assertEqual("held\n", holder.stdout.readline())
            with self.assertRaises(Busy), alone(self.path, None):
                self.fail("somebody else has it")
            holder.kill()
        with alone(self.path, None):
            self.assertTrue(self.path.exists())

    def test_who_waits_may_give_up(self) -> None:
        def enough() -> None:
            raise TimeoutError

        with alone(self.path, None), self.assertRaises(TimeoutError), alone(self.path, enough):
            self.fail("it is held")
