# SPDX-License-Identifier: Apache-2.0
"""What every driver with a console log does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import ConsoleLog, MachineUnknown
from tests.parity.core import ABSENT


class ConsoleLogParity:
    """What a guest writes to its serial console is kept, and its last lines told."""

    capability = ConsoleLog

    def test_the_console_is_empty_before_the_first_start(self):
        self.driver.define(self.machine)
        self.assertEqual("", self.driver.console_output(self.machine.uuid, -1))

    def test_a_guest_that_runs_writes_and_its_last_lines_can_be_asked_for(self):
        uuid = self.running()
        text = self.eventually(
            lambda: (
                len(self.driver.console_output(uuid, -1).splitlines()) > 2
                and self.driver.console_output(uuid, -1)
            ),
            "three lines on the console",
        )
        self.assertEqual(1, self.driver.console_output(uuid, 2).count("\n"))
        self.assertEqual("", self.driver.console_output(uuid, 0))
        self.driver.set_power(uuid, on=False)
        self.assertTrue(self.driver.console_output(uuid, -1).startswith(text.splitlines()[0]))

    def test_the_console_of_an_unknown_machine_is_refused(self):
        with self.assertRaises(MachineUnknown):
            self.driver.console_output(ABSENT, 10)
