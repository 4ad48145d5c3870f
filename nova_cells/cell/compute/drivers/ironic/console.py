# SPDX-License-Identifier: Apache-2.0
"""Serial consoles of nodes that serve one as plain bytes (Ironic's socat consoles)."""

from __future__ import annotations

from urllib.parse import urlsplit

from nova_cells.cell.compute.drivers.consoles import SerialConsole
from nova_cells.cell.compute.drivers.interface import DriverFailed, DriverRefused, PowerState
from nova_cells.cell.compute.drivers.ironic.faults import readable
from nova_cells.cell.compute.drivers.ironic.held import Held
from nova_cells.cell.compute.drivers.ironic.states import at_rest
from nova_cells.objects import ConsoleTarget

SECONDS = 8.0
"""So long a console may take to be served: its user waits."""


class IronicConsole(Held, SerialConsole):
    """The service that has no address of bytes to give refuses."""

    def serial_console(self, uuid: str) -> ConsoleTarget:
        node, mark = self._needed(uuid)
        if self._state(node, mark) != PowerState.RUNNING:
            raise DriverRefused("The server does not run.")
        service = self._sight.service
        with readable("open the console of the node"):
            found = service.console(self.host)
            if not found.get("console_enabled"):
                self._sight.unlocked(lambda: service.enable_console(self.host))
                self._sight.wait(self.host, at_rest, SECONDS, None, "serve its console")
                found = service.console(self.host)
        if not found.get("console_enabled"):
            raise DriverFailed("The console of the node could not be opened.")
        return _target(found.get("console_info"))


def _target(info: object) -> ConsoleTarget:
    url = urlsplit(str(info.get("url") or "")) if isinstance(info, dict) else urlsplit("")
    try:
        host, port = url.hostname, url.port
    except ValueError:
        host = port = None
    if url.scheme != "tcp" or not host or not port:
        raise DriverRefused("The node has no console that can be reached from here.")
    return ConsoleTarget(host=host, port=port)
