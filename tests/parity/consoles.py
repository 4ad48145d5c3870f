# SPDX-License-Identifier: Apache-2.0
"""What every driver with a kind of console does."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.consoles import (
    MksConsole,
    SerialConsole,
    SpiceConsole,
    VncConsole,
)
from nova_cells.cell.compute.drivers.interface import DriverRefused, MachineUnknown
from tests.parity.core import ABSENT


def check(case, find) -> None:
    """An address while the guest runs, and only then."""
    with case.assertRaises(MachineUnknown):
        find(ABSENT)
    case.driver.define(case.machine)
    with case.assertRaises(DriverRefused):
        find(case.machine.uuid)
    uuid = case.running()
    target = find(uuid)
    case.assertTrue(target.host)
    case.assertTrue(0 < target.port < 65536)
    case.assertEqual(target.document(), find(uuid).document())
    case.driver.set_power(uuid, on=False)
    with case.assertRaises(DriverRefused):
        find(uuid)


class VncConsoleParity:
    """A guest's screen is shown over VNC."""

    capability = VncConsole

    def test_a_guest_that_runs_has_a_vnc_console(self):
        check(self, self.driver.vnc_console)


class SpiceConsoleParity:
    """A guest's screen is shown over SPICE."""

    capability = SpiceConsole

    def test_a_guest_that_runs_has_a_spice_console(self):
        check(self, self.driver.spice_console)


class SerialConsoleParity:
    """A guest's serial port is given to somebody who types."""

    capability = SerialConsole

    def test_a_guest_that_runs_has_a_serial_console(self):
        check(self, self.driver.serial_console)


class MksConsoleParity:
    """A guest's screen is shown over MKS."""

    capability = MksConsole

    def test_a_guest_that_runs_has_an_mks_console(self):
        check(self, self.driver.mks_console)
