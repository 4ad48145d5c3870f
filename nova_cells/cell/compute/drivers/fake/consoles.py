# SPDX-License-Identifier: Apache-2.0
"""Consoles of fake guests: addresses made up from the uuid, or the one place an operator names.

That place may be any TCP server: with one, the whole way of a console can be tried out.
"""

from __future__ import annotations

import zlib

from nova_cells.cell.compute.drivers.consoles import (
    MksConsole,
    SerialConsole,
    SpiceConsole,
    VncConsole,
)
from nova_cells.cell.compute.drivers.fake.machines import FakeMachines
from nova_cells.cell.compute.drivers.interface import DriverRefused, PowerState
from nova_cells.objects import ConsoleTarget

FIRST = {"vnc": 5900, "spice": 15900, "tls": 25900, "serial": 35900, "mks": 45900}
RANGE = 10_000


class FakeConsoles(FakeMachines, MksConsole, SerialConsole, SpiceConsole, VncConsole):
    """The four capabilities of the fake driver. `console_place`: host and port of all, or None."""

    console_place: tuple[str, int] | None = None

    def vnc_console(self, uuid: str) -> ConsoleTarget:
        return self._target("vnc_console", uuid, "vnc")

    def spice_console(self, uuid: str) -> ConsoleTarget:
        target = self._target("spice_console", uuid, "spice")
        target.tls_port = FIRST["tls"] + _number(uuid)
        return target

    def serial_console(self, uuid: str) -> ConsoleTarget:
        return self._target("serial_console", uuid, "serial")

    def mks_console(self, uuid: str) -> ConsoleTarget:
        target = self._target("mks_console", uuid, "mks")
        target.internal_access_path = f"/mks/{uuid}"
        return target

    def _target(self, call: str, uuid: str, protocol: str) -> ConsoleTarget:
        with self._changing(call, uuid) as machine:
            if machine.power not in (PowerState.RUNNING, PowerState.PAUSED):
                raise DriverRefused("The machine does not run.", uuid)
        host, port = self.console_place or (self.host, FIRST[protocol] + _number(uuid))
        return ConsoleTarget(host=host, port=port)


def _number(uuid: str) -> int:
    """The same for one machine at any time."""
    return zlib.crc32(uuid.encode()) % RANGE
