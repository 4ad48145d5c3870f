# SPDX-License-Identifier: Apache-2.0
"""Options of consoles, under the names operators know. A cell's conductors all have the same."""

from __future__ import annotations

from oslo_config import cfg

AUTH = [
    cfg.IntOpt(
        "token_ttl",
        default=600,
        min=1,
        help="Seconds for which a console's URL can be opened. What is open stays open.",
    )
]


def _kind(what: str, name: str, default: str, more: str = "") -> list[cfg.Opt]:
    return [
        cfg.BoolOpt(
            "enabled",
            default=True,
            help=f"Give out {what} consoles of hosts that have them; else they are refused.",
        ),
        cfg.StrOpt(
            name,
            default=default,
            help=f"What the URL of {what} console begins with; the token is added.{more}",
        ),
    ]


OPTIONS: dict[str, list[cfg.Opt]] = {
    "consoleauth": AUTH,
    "vnc": _kind("VNC", "novncproxy_base_url", "http://127.0.0.1:6080/vnc_lite.html"),
    "serial_console": _kind("serial", "base_url", "ws://127.0.0.1:6080/"),
    "mks": _kind("MKS", "mksproxy_base_url", "http://127.0.0.1:6080/webmks.html"),
    "spice": [
        *_kind("SPICE", "html5proxy_base_url", "http://127.0.0.1:6080/spice_auto.html"),
        cfg.StrOpt(
            "spice_direct_proxy_base_url",
            default="http://127.0.0.1:13002/nova",
            help="The same for native SPICE clients. The proxy behind it is not part of this "
            "project; it asks the API what a token is good for.",
        ),
    ],
}
