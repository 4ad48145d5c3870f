# SPDX-License-Identifier: Apache-2.0
"""Options of the bare metal service: where it is, and which of its nodes are for us."""

from __future__ import annotations

from oslo_config import cfg

from nova_cells.clients.calling.opts import service_options

IRONIC = [
    *service_options("Ironic", "baremetal", timeout=60.0),
    cfg.StrOpt(
        "conductor_group",
        help="Serve only nodes of this conductor group of Ironic; an empty text is the default "
        "group. Unset: of all groups.",
    ),
    cfg.StrOpt("shard", help="Serve only nodes of this shard. Unset: of all shards."),
    cfg.StrOpt("owner", help="Serve only nodes that belong to this project. Unset: of any."),
    cfg.StrOpt(
        "group",
        default="",
        help="Agents of a cell with the same group share their nodes, each serving a part; give "
        "agents with other filters another one. Empty: named after the filters.",
    ),
    cfg.FloatOpt(
        "poll_interval",
        default=15.0,
        min=0.1,
        help="Seconds between two lists of all nodes: so long it takes to notice a new node, "
        "one that has become free, maintenance, and power that changed by itself.",
    ),
    cfg.FloatOpt(
        "wait_interval",
        default=2.0,
        min=0.01,
        help="Seconds between two looks at nodes that are being deployed, cleaned or switched.",
    ),
    cfg.FloatOpt(
        "power_timeout",
        default=300.0,
        min=1.0,
        help="Seconds a node may take to switch its power.",
    ),
    cfg.FloatOpt(
        "locked_timeout",
        default=60.0,
        min=0.0,
        help="Seconds to go on asking for a node that Ironic is working on.",
    ),
    cfg.StrOpt(
        "image_url",
        default="",
        help="Where Ironic fetches images by HTTP, with {id} in it. Empty: it is told the image's "
        "id and asks Glance itself.",
    ),
]

OPTIONS = {"ironic": IRONIC}
