# SPDX-License-Identifier: Apache-2.0
"""Consoles a driver may offer, a capability each: it answers where one listens, never a URL.

URLs and tokens are the cell's business. All of them: `MachineUnknown` where the machine is not
there, `DriverRefused` where it does not run.
"""

from __future__ import annotations

import abc
from typing import ClassVar

from nova_cells.objects import ConsoleTarget


class VncConsole(abc.ABC):
    """Shows a guest's screen over VNC."""

    trait: ClassVar[str] = "COMPUTE_CONSOLE_VNC"

    @abc.abstractmethod
    def vnc_console(self, uuid: str) -> ConsoleTarget:
        """Where it speaks RFB."""


class SpiceConsole(abc.ABC):
    """Shows a guest's screen over SPICE, to HTML5 clients and to native ones."""

    trait: ClassVar[str] = "COMPUTE_CONSOLE_SPICE"

    @abc.abstractmethod
    def spice_console(self, uuid: str) -> ConsoleTarget:
        """Where it speaks SPICE, with the port for TLS where there is one."""


class SerialConsole(abc.ABC):
    """Gives a guest's serial port to somebody who types."""

    trait: ClassVar[str] = "COMPUTE_CONSOLE_SERIAL"

    @abc.abstractmethod
    def serial_console(self, uuid: str) -> ConsoleTarget:
        """Where it speaks plain bytes."""


class MksConsole(abc.ABC):
    """Shows a guest's mouse, keyboard and screen over MKS."""

    trait: ClassVar[str] = "COMPUTE_CONSOLE_MKS"

    @abc.abstractmethod
    def mks_console(self, uuid: str) -> ConsoleTarget:
        """Where it speaks MKS, with a path to ask for."""


CONSOLES: tuple[type, ...] = (MksConsole, SerialConsole, SpiceConsole, VncConsole)

BY_PROTOCOL: dict[str, tuple[type, str]] = {
    "vnc": (VncConsole, "vnc_console"),
    "spice": (SpiceConsole, "spice_console"),
    "serial": (SerialConsole, "serial_console"),
    "mks": (MksConsole, "mks_console"),
}
"""Protocol → the capability, and its method."""
