# SPDX-License-Identifier: Apache-2.0
"""Options of the metadata service, behind a proxy and on the hosts of a local network."""

from __future__ import annotations

from oslo_config import cfg

METADATA = [
    cfg.HostAddressOpt(
        "host", default="127.0.0.1", help="Address nova-cells-metadata listens on, for proxies."
    ),
    cfg.PortOpt("port", default=8775, help="Port nova-cells-metadata listens on."),
    cfg.StrOpt(
        "shared_secret",
        secret=True,
        help="Secret that the network service's metadata proxies sign guests' uuids with (Neutron: "
        "metadata_proxy_shared_secret).",
    ),
    cfg.IntOpt("threads", default=8, min=1, help="Requests nova-cells-metadata serves at a time."),
    cfg.FloatOpt(
        "cache",
        default=15.0,
        min=0.0,
        help="Seconds for which nova-cells-metadata remembers what its cell said of a guest.",
    ),
    cfg.FloatOpt(
        "timeout", default=4.0, min=0.1, help="Seconds a cell is given to say what a guest is."
    ),
    cfg.FloatOpt(
        "local_cache",
        default=1.0,
        min=0.0,
        help="Seconds for which a host of a local network remembers it.",
    ),
    cfg.IntOpt(
        "local_threads",
        default=2,
        min=1,
        help="Requests of its guests that a host of a local network serves at a time.",
    ),
    cfg.PortOpt("local_port", default=80, help="Port on which guests of a local network ask."),
    cfg.DictOpt(
        "namespaces",
        default={},
        help="Host → network namespace (a name, or a path) in which its local network is. Only for "
        "hosts that live in namespaces; others have it where the agent is.",
    ),
]

OPTIONS: dict[str, list[cfg.Opt]] = {"metadata": METADATA}
