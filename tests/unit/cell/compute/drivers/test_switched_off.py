# SPDX-License-Identifier: Apache-2.0
"""What an operator has switched off on a host is as good as not there: trait and call go."""

from __future__ import annotations

import unittest

from nova_cells.cell.compute.drivers.consoles import VncConsole
from nova_cells.cell.compute.drivers.fake import FakeDriver
from nova_cells.cell.compute.drivers.interface import can, traits
from nova_cells.cell.compute.endpoint import Endpoint
from nova_cells.contracts import FaultCode, Refused

UUID = "5d0c3a52-90f4-4e0b-8f0e-4b1f2b4a7f11"


class SwitchedOffTest(unittest.TestCase):
    def setUp(self):
        self.driver = FakeDriver()
        self.endpoint = Endpoint({"h1": self.driver}, None, None, None)

    def refusal(self):
        with self.assertRaises(Refused) as caught:
            self.endpoint.console("h1", UUID, "novnc")
        return caught.exception.code

    def test_the_host_is_passed_by_and_the_call_refused(self):
        self.assertEqual(FaultCode.INSTANCE_NOT_FOUND, self.refusal())
        self.driver.switched_off = frozenset({VncConsole})
        self.assertFalse(can(self.driver, VncConsole))
        self.assertNotIn(VncConsole.trait, traits(self.driver))
        self.assertEqual(FaultCode.NOT_SUPPORTED, self.refusal())
