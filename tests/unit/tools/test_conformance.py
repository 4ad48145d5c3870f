# SPDX-License-Identifier: Apache-2.0
"""What tools/conformance makes of Tempest's stream, and when it calls a run good."""

from __future__ import annotations

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import subunit
from kit.conformance import command, outcome
from kit.conformance.outcome import Outcome

CLASS = "tempest.api.compute.test_x.XTest"


class OutcomeTest(unittest.TestCase):
    def read(self, *events: tuple[str, str, str]) -> dict[str, Outcome]:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        path = Path(folder.name) / "stream"
        with path.open("wb") as stream:
            writer = subunit.StreamResultToBytes(stream)
            for test, status, said in events:
                if said:
                    writer.status(test, file_name="traceback", file_bytes=said.encode())
                writer.status(test, status)
        return outcome.read(path)

    def test_ids_lose_their_attributes_and_reasons_are_the_last_line(self) -> None:
        found = self.read((f"{CLASS}.test_a[id-1,smoke]", "fail", "first\nlast\n"))
        self.assertEqual(["failed"], [each.word for each in found.values()])
        self.assertEqual("last", found[f"{CLASS}.test_a"].reason)

    def test_tests_of_a_class_that_did_not_start_get_its_word(self) -> None:
        found = self.read(
            (f"{CLASS}.test_a", "exists", ""),
            (f"{CLASS}Longer.test_b", "success", ""),
            (f"setUpClass ({CLASS})", "skip", "no volumes"),
        )
        self.assertEqual({f"{CLASS}.test_a", f"{CLASS}Longer.test_b"}, set(found))
        self.assertEqual("skipped", found[f"{CLASS}.test_a"].word)
        self.assertEqual("passed", found[f"{CLASS}Longer.test_b"].word)

    def test_a_missing_network_service_is_no_failure(self) -> None:
        said = "tempest.lib.exceptions.EndpointNotFound: network"
        found = self.read((f"{CLASS}.test_a", "fail", said), (f"{CLASS}.test_b", "fail", "other"))
        self.assertEqual("skipped", found[f"{CLASS}.test_a"].word)
        self.assertEqual("failed", found[f"{CLASS}.test_b"].word)


class ReportTest(unittest.TestCase):
    def code(self, found: dict[str, Outcome], *expected: str) -> int:
        with contextlib.redirect_stdout(io.StringIO()):
            return command.report(found, list(expected))

    def test_only_what_is_expected_decides(self) -> None:
        found = {"a": Outcome("passed"), "b": Outcome("failed"), "c": Outcome("skipped")}
        self.assertEqual(0, self.code(found, "a"))
        self.assertEqual(1, self.code(found, "a", "b"))
        self.assertEqual(1, self.code(found, "a", "c"), "a skipped test has not passed")
        self.assertEqual(1, self.code(found, "a", "gone"), "nor one that did not run")

    def test_the_pinned_list_is_sorted_and_names_each_once(self) -> None:
        pinned = command.read(command.EXPECTED)
        self.assertEqual(sorted(set(pinned)), pinned)
        self.assertGreater(len(pinned), 300)
