# SPDX-License-Identifier: Apache-2.0
"""Every capability has a parity class, and a driver's test that mixes in others is found out."""

from __future__ import annotations

import unittest

import tests.parity
from nova_cells.cell.compute.drivers.fake import FakeDriver
from nova_cells.cell.compute.drivers.interface import CAPABILITIES, ConsoleLog, Driver
from tests.parity import ConsoleLogParity, DriverParity, GracefulStopParity
from tests.parity.case import mixing_faults


class PlainDriver(FakeDriver.__mro__[1]):
    """A driver of no capability at all."""


class ParityRuleTest(unittest.TestCase):
    def test_every_capability_has_one_parity_class_and_one_trait(self):
        parities = [getattr(tests.parity, name) for name in tests.parity.__all__]
        covered = [parity.capability for parity in parities if hasattr(parity, "capability")]
        self.assertCountEqual([Driver, *CAPABILITIES], covered)
        self.assertEqual(len(CAPABILITIES), len({kind.trait for kind in CAPABILITIES}))

    def test_a_missing_parity_class_is_found_out(self):
        case = type("Case", (DriverParity, ConsoleLogParity), {})
        untested = {kind.__name__ for kind in CAPABILITIES if kind is not ConsoleLog}
        faults = {f"{name} is not tested" for name in untested}
        self.assertEqual(faults, mixing_faults(case, FakeDriver))

    def test_a_parity_class_for_nothing_is_found_out(self):
        case = type("Case", (DriverParity, GracefulStopParity), {})
        faults = mixing_faults(case, PlainDriver)
        self.assertEqual({"GracefulStop is no capability of it"}, faults)

    def test_the_core_is_never_left_out(self):
        self.assertIn("Driver is not tested", mixing_faults(object, PlainDriver))
