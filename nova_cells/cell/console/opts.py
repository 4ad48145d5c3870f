# SPDX-License-Identifier: Apache-2.0
"""Options of the console proxy."""

from __future__ import annotations

from oslo_config import cfg

CONSOLE = [
    cfg.HostAddressOpt("host", default="127.0.0.1", help="Address the console proxy listens on."),
    cfg.PortOpt("port", default=6080, help="Port the console proxy listens on."),
    cfg.StrOpt(
        "web",
        default="/usr/share/novnc",
        help="Folder with the files of noVNC or another client in HTML, served to browsers beside "
        "the project's own serial.html. Where there is no such folder, only WebSockets are.",
    ),
    cfg.StrOpt("cert", default="", help="Certificate in PEM for TLS. Empty: no TLS."),
    cfg.StrOpt("key", default="", help="Key of that certificate. Empty: it is in the same file."),
    cfg.ListOpt(
        "allowed_origins",
        default=[],
        help="Hosts whose pages may open consoles, besides the one the proxy is reached by.",
    ),
    cfg.IntOpt(
        "max_connections",
        default=2000,
        min=1,
        max=20000,
        help="Consoles open at a time in one process, a thread and two open files each; run more "
        "processes for more.",
    ),
    cfg.FloatOpt(
        "connect_timeout",
        default=10.0,
        min=0.1,
        help="Seconds a guest's console is given to accept a connection.",
    ),
]

OPTIONS: dict[str, list[cfg.Opt]] = {"console": CONSOLE}
