# SPDX-License-Identifier: Apache-2.0
"""What every driver that can ask a guest to stop does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import GracefulStop, PowerState
from tests.parity.core import ABSENT


class GracefulStopParity:
    """A guest is asked to shut itself down."""

    capability = GracefulStop

    def test_the_answer_says_whether_the_guest_is_off(self):
        uuid = self.running()
        off = self.driver.shut_down(uuid, min(self.patience, 5.0))  # it may not listen yet
        self.assertEqual(off, self.driver.power_state(uuid) == PowerState.SHUTDOWN)

    def test_a_guest_that_is_off_has_obeyed(self):
        self.driver.define(self.machine)
        self.assertTrue(self.driver.shut_down(self.machine.uuid, 0.1))

    def test_a_guest_that_is_not_there_has_obeyed(self):
        self.assertTrue(self.driver.shut_down(ABSENT, 0.1))
