# SPDX-License-Identifier: Apache-2.0
"""What tools/conformance makes of Tempest's stream, and when it calls a run good."""

from __future__ import annotations

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import subunit
from kit import paths
from kit.conformance import command, outcome, report, stack_settings
from kit.conformance.cloud import Cloud
from kit.conformance.hypervisors import Hypervisors
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

    def test_a_stream_that_grows_is_kept_and_told_of(self) -> None:
        stream, copy, told = io.BytesIO(), io.BytesIO(), []
        writer = subunit.StreamResultToBytes(stream)
        writer.status(f"{CLASS}.test_a", "inprogress")
        writer.status(f"{CLASS}.test_a", "success")
        writer.status(f"{CLASS}.test_b", "inprogress")
        stream.seek(0)
        found = outcome.hear(stream, copy, lambda one, said: told.append((one, said.word)))
        self.assertEqual([(f"{CLASS}.test_a", "passed")], told)
        self.assertEqual("unknown", found[f"{CLASS}.test_b"].word, "cut short")
        self.assertEqual(stream.getvalue(), copy.getvalue())

    def test_a_missing_network_service_is_no_failure(self) -> None:
        said = "tempest.lib.exceptions.EndpointNotFound: network"
        found = self.read((f"{CLASS}.test_a", "fail", said), (f"{CLASS}.test_b", "fail", "other"))
        self.assertEqual("skipped", found[f"{CLASS}.test_a"].word)
        self.assertEqual("failed", found[f"{CLASS}.test_b"].word)


class ReportTest(unittest.TestCase):
    def code(self, found: dict[str, Outcome], *expected: str, exempt: str = "") -> int:
        reasons = dict.fromkeys(exempt.split(), "there is no such service")
        with contextlib.redirect_stdout(io.StringIO()) as said:
            code = report.report(found, list(expected), reasons)
        self.said = said.getvalue()
        return code

    def test_what_is_expected_has_to_pass(self) -> None:
        found = {"a": Outcome("passed"), "b": Outcome("failed"), "c": Outcome("skipped")}
        self.assertEqual(0, self.code(found, "a", exempt="b c"))
        self.assertEqual(1, self.code(found, "a", "b", exempt="c"))
        self.assertEqual(1, self.code(found, "a", "c", exempt="b"), "a skip is no pass")
        self.assertEqual(1, self.code(found, "a", "gone", exempt="b c"), "it did not run")

    def test_a_test_is_in_one_of_the_lists(self) -> None:
        self.assertEqual(1, self.code({"a": Outcome("skipped")}))
        self.assertEqual(1, self.code({"a": Outcome("passed")}), "it could be expected")
        self.assertEqual(1, self.code({"a": Outcome("passed")}, exempt="a"), "it need not be")

    def test_an_exempt_one_is_told_with_its_reason_and_is_no_failure(self) -> None:
        self.code({"a": Outcome("failed", ["another"])}, exempt="a")
        self.assertIn("skipped a: there is no such service\n", self.said)
        self.assertIn(" - Failed: 0\n", self.said)

    def test_one_that_was_not_seen_to_pass_has_to_and_is_named_when_it_does(self) -> None:
        with contextlib.redirect_stdout(io.StringIO()) as said:
            self.assertEqual(1, report.report({}, [], {}, ["a"]))
            self.assertEqual(0, report.report({"a": Outcome("passed")}, [], {}, ["a"]))
        self.assertIn("seen to pass now: a\n", said.getvalue())

    def test_a_table_has_a_line_for_each_module(self) -> None:
        words = {"m.one.A.a": "passed", "m.one.B.b": "failed", "m.two.A.a": "passed"}
        words["tearDownClass (m.two.A)"] = "failed"
        rows = [line.split() for line in report.table(words)]
        self.assertEqual(["module", "passed", "failed", "skipped", "unknown"], rows[0])
        self.assertIn(["m.one", "1", "1"], rows)
        self.assertIn(["m.two", "1", "1"], rows)

    def test_few_of_each_class(self) -> None:
        self.assertEqual(["m.A.a", "m.B.a"], command.few(["m.A.a", "m.A.b", "m.B.a"], 1))

    def test_what_nova_passes_is_held_against_it(self) -> None:
        found = {"a": Outcome("passed"), "b": Outcome("failed"), "c": Outcome("failed")}
        with contextlib.redirect_stdout(io.StringIO()) as said:
            report.compare(found, {"a", "b", "c", "d"}, {"c": "there is no such service"})
        self.assertIn("we do not: b\nNova passes, we do not: d\n", said.getvalue())
        self.assertIn("here passed 1, 1 are exempt, 2 are missing", said.getvalue())

    def test_every_test_that_nova_passes_is_in_one_of_the_lists_of_the_stack(self) -> None:
        lists = command.Lists.of("stack_")
        for each in (lists.expected, lists.unseen, lists.exempt):
            self.assertEqual(sorted(each), list(each))
        self.assertEqual(set(), lists.wanted.keys() & lists.exempt.keys())
        self.assertEqual(set(), lists.expected.keys() & lists.unseen.keys())
        reference = command.read("reference.txt").keys()
        self.assertEqual(set(), reference - lists.wanted.keys() - lists.exempt.keys())
        self.assertNotIn("", lists.exempt.values(), "an exempt test without a reason")
        self.assertEqual([], [one for one, why in lists.exempt.items() if "not seen" in why])

    def test_the_lists_are_sorted_and_share_nothing(self) -> None:
        expected, exempt = command.read("expected.txt"), command.read("exempt.txt")
        self.assertEqual(sorted(expected), list(expected))
        self.assertEqual(sorted(exempt), list(exempt))
        self.assertEqual(set(), expected.keys() & exempt.keys())
        self.assertNotIn("", exempt.values(), "an exempt test without a reason")
        self.assertEqual(588, len(expected) + len(exempt), "all of Tempest 47.0.0")


class StackSettingsTest(unittest.TestCase):
    def test_what_tempest_is_told_of_the_guest_is_in_the_guest(self) -> None:
        there = Cloud(
            identity="http://keystone.test",
            endpoint="http://api.test",
            password="secret",
            images=("one", "two"),
            accounts=Path("accounts.yaml"),
            hypervisors=Hypervisors("libvirt", 2, "", None, ("small", "large")),
            places=("h1", "h2"),
        )
        text = stack_settings.render(there, Path("lock"), "2.1")
        said = dict(line.split(" = ", 1) for line in text.splitlines() if " = " in line)
        guest = paths.CHECKOUT / "tools" / "guest"
        folder = said["target_dir"]
        self.assertIn(f" {folder} ", (guest / "background").read_text())
        self.assertTrue((guest / said["dhcp_client"]).exists())
        self.assertEqual(("true", "false"), (said["personality"], said["change_password"]))
        self.assertEqual(said["image_ssh_user"], said["image_alt_ssh_user"])
