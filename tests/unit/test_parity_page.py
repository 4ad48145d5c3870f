# SPDX-License-Identifier: Apache-2.0
"""docs/parity.md fits what drivers claim, and every claim was shown or says why it can't be."""

from __future__ import annotations

import unittest
from pathlib import Path

from tests.parity import page, results
from tests.parity.columns import COLUMNS
from tests.parity.results import PASSED, RECORD, UNVERIFIED
from tests.parity.suite import claimed, parities

DOCS = Path(__file__).resolve().parents[2] / "docs"
AT_LEAST = 30


class ParityPageTest(unittest.TestCase):
    def test_the_page_is_what_claims_and_record_make_it(self):
        written = (DOCS / page.PAGE).read_text()
        self.assertEqual(page.page(), written, "run tools/parity and commit what it writes")

    def test_whatever_is_claimed_was_shown(self):
        shown, unshown = results.read(RECORD), results.read(UNVERIFIED)
        lacking = {
            f"{column.name}: {kind.__name__}: {how}"
            for column in COLUMNS
            for kind in claimed(column.driver_class())
            if (how := page.cell(kind, column, shown, unshown)) not in ("passes", "unverified")
        }
        self.assertEqual(set(), lacking, "run tools/parity")

    def test_there_are_many(self):
        self.assertGreaterEqual(len(parities()), AT_LEAST)

    def test_what_is_unverified_has_a_column_and_a_reason(self):
        names = {column.name for column in COLUMNS}
        for (column, name), reason in results.read(UNVERIFIED).items():
            self.assertIn(column, names)
            self.assertGreater(len(reason.split()), 2, name)

    def test_what_did_not_pass_is_not_called_passed(self):
        kind, column = claimed(COLUMNS[0].driver_class())[0], COLUMNS[0]
        key = (column.name, kind.__name__)
        for how, shown in (
            (PASSED, "passes"),
            ("failed: test_one", "failed: test_one"),
            (None, page.NOT_RUN),
        ):
            record = {} if how is None else {key: how}
            self.assertEqual(shown, page.cell(kind, column, record, {}))
