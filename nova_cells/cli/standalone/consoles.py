# SPDX-License-Identifier: Apache-2.0
"""The console proxy of a standalone cloud: one for all cells, where a token says which."""

from __future__ import annotations

from typing import Any

from nova_cells.cell.console.grants import CellGrants, NotAdmitted
from nova_cells.cell.console.proxy import ConsoleProxy
from nova_cells.objects import ConsoleGrant
from nova_cells.objects.console import CELL_DIGITS
from nova_cells.runtime.messaging import Bus

BASE_URLS = (
    ("vnc", "novncproxy_base_url", "http", "vnc_lite.html"),
    ("spice", "html5proxy_base_url", "http", "spice_auto.html"),
    ("mks", "mksproxy_base_url", "http", "webmks.html"),
    ("serial_console", "base_url", "ws", ""),
)


class GrantsOfCells:
    """Each cell's answer, by the first digits of its uuid."""

    def __init__(self, buses: dict[str, Bus]) -> None:
        self._cells = {uuid[:CELL_DIGITS]: CellGrants(bus) for uuid, bus in buses.items()}

    def __call__(self, token: str) -> ConsoleGrant:
        grants = self._cells.get(token[:CELL_DIGITS])
        if grants is None:
            raise NotAdmitted(403, "The token is not valid, or not any more.")
        return grants(token)


def make_proxy(conf: Any, port: int, buses: dict[str, Bus]) -> ConsoleProxy:
    """A proxy on this port; URLs of consoles lead there where nothing else is configured."""
    conf.set_override("port", port, group="console")
    for group, option, scheme, page in BASE_URLS:
        conf.set_default(option, f"{scheme}://127.0.0.1:{port}/{page}", group=group)
    return ConsoleProxy(conf.console, GrantsOfCells(buses))
