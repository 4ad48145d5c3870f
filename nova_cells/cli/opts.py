# SPDX-License-Identifier: Apache-2.0
"""Options that say where a process belongs: which databases, which cell, which port."""

from __future__ import annotations

from oslo_config import cfg

DEPLOYMENT = [
    cfg.StrOpt(
        "id",
        default="nova-cells",
        help="The mark on every guest and database of this deployment. Never change it later.",
    ),
]

DATABASE = [
    cfg.StrOpt(
        "connection",
        secret=True,
        help="URL of the global database: sqlite:///…, mysql+pymysql://… or postgresql+psycopg2://…",
    ),
]

CELL = [
    cfg.StrOpt("name", help="Name of the cell this conductor or compute agent belongs to."),
    cfg.StrOpt("uuid", help="Uuid of that cell, as `nova-cells-manage cell create` printed it."),
    cfg.StrOpt(
        "connection",
        secret=True,
        help="URL of the cell's own database; only its conductors have it.",
    ),
    cfg.StrOpt(
        "transport_url",
        secret=True,
        help="URL of the cell's own message bus: rabbit://…; or where it is kept: file:/path, "
        "env:NAME, castellan:ID. Conductors and agents follow what a reference leads to without a "
        "restart.",
    ),
]

LISTEN = [
    cfg.HostAddressOpt("host", default="127.0.0.1", help="Address the API listens on."),
    cfg.PortOpt("port", default=8774, help="Port the API listens on."),
    cfg.IntOpt(
        "workers",
        default=1,
        min=1,
        help="Processes that serve the API's port together: one for each processor it is to have.",
    ),
    cfg.IntOpt("threads", default=8, min=1, help="Requests served at a time by one process."),
]

METRICS = [
    cfg.HostAddressOpt(
        "host", default="127.0.0.1", help="Address at which a process tells its figures."
    ),
    cfg.PortOpt(
        "port",
        default=0,
        help="Port at which they are read, as /metrics for Prometheus; 0: nowhere. Each process "
        "needs one of its own (--metrics-port); the workers of an API take those that follow.",
    ),
]

OPTIONS: dict[str, list[cfg.Opt]] = {
    "deployment": DEPLOYMENT,
    "database": DATABASE,
    "cell": CELL,
    "listen": LISTEN,
    "metrics": METRICS,
}
