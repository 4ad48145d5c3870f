# SPDX-License-Identifier: Apache-2.0
"""Every capability has a parity class, and a driver's test that mixes in others is found out."""

from __future__ import annotations

import unittest
from collections import Counter

from nova_cells.cell.compute.drivers.fake import FakeDriver
from nova_cells.cell.compute.drivers.interface import CAPABILITIES, Driver
from tests.parity.case import mixing_faults
from tests.parity.console_log import ConsoleLogParity
from tests.parity.graceful_stop import GracefulStopParity
from tests.parity.suite import claimed, parities, parity_of, parity_that_declares


class PlainDriver(FakeDriver.__mro__[1]):
    """A driver of no capability at all."""


class ParityRuleTest(unittest.TestCase):
    def test_every_capability_has_one_parity_class_and_one_trait(self):
        covered = [kind.capability for kind in parities() if kind.capability is not Driver]
        self.assertCountEqual(CAPABILITIES, covered)
        self.assertEqual(len(CAPABILITIES), len({kind.trait for kind in CAPABILITIES}))

    def test_every_parity_class_says_in_one_line_what_it_is_about(self):
        for kind in parities():
            line = (kind.__doc__ or "").splitlines()[0]
            self.assertRegex(line, r"^[A-Z].{10,90}\.$", kind.__name__)
        lines = [kind.__doc__ for kind in parities()]
        self.assertCountEqual(set(lines), lines)

    def test_no_test_hides_another(self):
        names = Counter(name for kind in parities() for name in vars(kind))
        twice = {name for name, times in names.items() if times > 1 and name[:5] == "test_"}
        self.assertEqual(set(), twice)

    def test_a_suite_is_what_its_driver_claims(self):
        self.assertEqual(set(), mixing_faults(parity_of(FakeDriver), FakeDriver))
        self.assertLess(set(claimed(PlainDriver)), set(claimed(FakeDriver)))

    def test_a_missing_parity_class_is_found_out(self):
        fewer = tuple(kind for kind in claimed(FakeDriver) if kind is not ConsoleLogParity)
        faults = mixing_faults(type("Case", fewer, {}), FakeDriver)
        self.assertEqual({"ConsoleLogParity is missing"}, faults)

    def test_a_parity_class_for_nothing_is_found_out(self):
        case = type("Case", (parity_of(PlainDriver), GracefulStopParity), {})
        faults = mixing_faults(case, PlainDriver)
        self.assertEqual({"GracefulStopParity is there for nothing"}, faults)

    def test_a_test_is_known_by_the_capability_it_is_about(self):
        suite = parity_of(FakeDriver)
        for kind in claimed(FakeDriver):
            for test in vars(kind):
                if test.startswith("test_"):
                    self.assertIs(kind, parity_that_declares(suite, test))
