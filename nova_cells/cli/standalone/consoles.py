# SPDX-License-Identifier: Apache-2.0
"""The console proxy of a standalone cloud: one for all cells, as a fleet's may be."""

from __future__ import annotations

from typing import Any

from nova_cells.cell.console.proxy import ConsoleProxy
from nova_cells.cli.console import AllCells
from nova_cells.global_api.console_tokens import ConsoleTokens

BASE_URLS = (
    ("vnc", "novncproxy_base_url", "http", "vnc_lite.html"),
    ("spice", "html5proxy_base_url", "http", "spice_auto.html"),
    ("mks", "mksproxy_base_url", "http", "webmks.html"),
    ("serial_console", "base_url", "ws", ""),
)


def make_proxy(conf: Any, port: int, tokens: ConsoleTokens) -> ConsoleProxy:
    """A proxy on this port; URLs of consoles lead there where nothing else is configured."""
    conf.set_override("port", port, group="console")
    for group, option, scheme, page in BASE_URLS:
        conf.set_default(option, f"{scheme}://127.0.0.1:{port}/{page}", group=group)
    return ConsoleProxy(conf.console, AllCells(tokens))
