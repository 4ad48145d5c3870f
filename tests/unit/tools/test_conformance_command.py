# SPDX-License-Identifier: Apache-2.0
"""tools/conformance as it is called, with a program in Tempest's place that does what it is told.

What of a run is kept, which tests a run takes and in which order, and what its exit code says.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from kit.conformance import cloud, command
from kit.conformance.cloud import Cloud
from kit.conformance.hypervisors import Hypervisors

TESTS = [f"tempest.api.compute.test_x.XTest.test_{letter}" for letter in "abcd"]
TEMPEST = """\
#!{python}
import json, sys
from pathlib import Path
from subunit import StreamResultToBytes

plan = json.loads(Path({plan!r}).read_text())
words = sys.argv[1:]
if words[0] == "init":
    (Path(words[1]) / "etc").mkdir(parents=True)
elif "--list-tests" in words:
    print("\\n".join(one + "[id-1]" for one in plan["tests"]))
else:
    ids = Path(words[words.index("--load-list") + 1]).read_text().splitlines()
    oldest = [line for line in Path("etc/tempest.conf").read_text().splitlines()
              if line.startswith("min_microversion = 2")]
    with Path({asked!r}).open("a") as asked:
        told = [oldest[0].split()[-1], *(one.partition("[")[0] for one in ids)]
        asked.write(json.dumps(told) + "\\n")
    stream = StreamResultToBytes(sys.stdout.buffer)
    for one in ids:
        name = one.partition("[")[0]
        stream.status(one, "inprogress")
        if name == plan["dies_at"]:
            sys.exit(1)
        stream.status(one, "fail" if name in plan["fail"] else "success")
"""


class CommandTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(folder.name)
        self.plan, self.asked = self.home / "plan.json", self.home / "asked"
        program = self.home / "bin" / "tempest"
        program.parent.mkdir()
        filled = {"python": sys.executable, "plan": str(self.plan), "asked": str(self.asked)}
        program.write_text(TEMPEST.format(**filled))
        program.chmod(0o755)
        self.lists(expected=TESTS)
        there = Cloud(
            identity="http://keystone.test",
            endpoint="http://api.test",
            password="secret",
            images=("one", "two"),
            accounts=self.home / "accounts.yaml",
            hypervisors=Hypervisors("fake", 1, "", None, ("42", "84")),
        )
        self.down = mock.Mock()
        for target, name, value in (
            (command, "LISTS", self.home),
            (cloud, "up", lambda state, driver: there),
            (cloud, "down", self.down),
        ):
            self.enterContext(mock.patch.object(target, name, value))
        service = mock.Mock(return_value=program.parent)
        self.enterContext(mock.patch("kit.conformance.tempest.environment.service", service))

    def lists(self, **lists: list[str]) -> None:
        for name in ("expected", "unseen", "exempt"):
            (self.home / f"{name}.txt").write_text("\n".join(lists.get(name, [])))

    def run_it(self, *words: str, fail: tuple[str, ...] = (), dies_at: str = "") -> int:
        told = {"tests": TESTS, "fail": fail, "dies_at": dies_at}
        self.plan.write_text(json.dumps(told))
        self.asked.write_text("")
        self.said = io.StringIO()
        with contextlib.redirect_stdout(self.said), contextlib.redirect_stderr(io.StringIO()):
            return command.main(["--state-dir", str(self.home / "state"), *words])

    def ran(self) -> list[list[str]]:
        """For each time it was called: the microversion, and the last letters of the tests."""
        called = [json.loads(line) for line in self.asked.read_text().splitlines()]
        return [[oldest, *(one[-1] for one in ids)] for oldest, *ids in called]

    def test_a_run_that_was_cut_short_goes_on(self) -> None:
        _, b, c, _ = TESTS
        self.assertEqual(1, self.run_it(fail=(b,), dies_at=c))
        self.assertEqual([["2.1", *"abcd"]], self.ran())
        self.assertEqual(1, self.run_it("--resume", fail=(c,)))
        self.assertEqual([["2.1", *"bcd"]], self.ran(), "what has passed is left out")
        self.assertIn(" - Passed: 3\n - Failed: 1\n", self.said.getvalue())
        self.assertEqual(0, self.run_it("--resume"))
        self.assertEqual([["2.1", "c"]], self.ran())
        self.assertIn(" - Passed: 4\n", self.said.getvalue())
        self.assertEqual(0, self.run_it("--resume"), "all is known")
        self.assertEqual([], self.ran())
        self.assertEqual(0, self.run_it())
        self.assertEqual([["2.1", *"abcd"]], self.ran(), "another run begins anew")

    def test_those_not_seen_to_pass_run_first_and_alone_where_that_is_asked(self) -> None:
        a, b, c, d = TESTS
        self.lists(expected=[a, f"{b}: 2.36"], unseen=[f"{c}: 2.36", d])
        self.assertEqual(0, self.run_it())
        self.assertEqual([["2.1", "d"], ["2.36", "c"], ["2.1", "a"], ["2.36", "b"]], self.ran())
        self.assertEqual(1, self.run_it("--unseen", fail=(d,)))
        self.assertEqual([["2.1", "d"], ["2.36", "c"]], self.ran())
        self.assertIn(f"seen to pass now: {c}\n", self.said.getvalue())
        self.assertIn(f"expected to pass and did not: {d}\n", self.said.getvalue())

    def test_the_cloud_goes_unless_it_is_to_stay(self) -> None:
        self.run_it("--keep", "--regex", "test_a")
        self.assertEqual([["2.1", "a"]], self.ran())
        self.down.assert_not_called()
        self.run_it("--regex", "test_a")
        self.down.assert_called_once()
