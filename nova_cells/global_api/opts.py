# SPDX-License-Identifier: Apache-2.0
"""The options of the global side. A component reads only the groups that are named here."""

from __future__ import annotations

from oslo_config import cfg

from nova_cells.global_api.admin.page.opts import PAGE
from nova_cells.global_api.rest_opts import REST

API = [
    cfg.IntOpt("max_limit", default=1000, min=1, help="Most items one page of a list may hold."),
    cfg.IntOpt(
        "build_timeout",
        default=600,
        min=1,
        help="Seconds after which a server that is not built goes to ERROR with a readable fault.",
    ),
    cfg.FloatOpt(
        "command_timeout",
        default=5.0,
        min=0.1,
        help="Seconds a request waits for the answer of a cell that was alive a moment ago.",
    ),
    cfg.FloatOpt(
        "move_patience",
        default=20.0,
        min=0.0,
        help="Seconds a request about a server waits, while an operator has it moved to another "
        "cell, for its arrival; then it is refused as the server's state demands.",
    ),
]

ROUTER = [
    cfg.FloatOpt(
        "volume_tidy_interval",
        default=10.0,
        min=0.1,
        help="Seconds between two looks for volumes that were reserved, or made, for servers that "
        "never came to be.",
    ),
    cfg.IntOpt(
        "dispatch_threads",
        default=16,
        min=1,
        help="Threads of one process that hand accepted servers to cells.",
    ),
    cfg.FloatOpt(
        "lease",
        default=10.0,
        min=1.0,
        help="Seconds a process has to finish handing over a server before another may take it.",
    ),
    cfg.FloatOpt(
        "recovery_interval",
        default=1.0,
        min=0.05,
        help="Seconds between two searches for work whose owner has gone.",
    ),
    cfg.FloatOpt(
        "move_timeout",
        default=7200.0,
        min=1.0,
        help="Seconds a server may take to move to another cell before it is taken back.",
    ),
    cfg.IntOpt(
        "drain_parallel",
        default=4,
        min=1,
        help="Servers that leave a cell at a time while it is drained.",
    ),
    cfg.FloatOpt(
        "directory_interval",
        default=1.0,
        min=0.05,
        help="Seconds between two looks at the list of cells; a change takes effect after this.",
    ),
    cfg.FloatOpt(
        "cell_silence",
        default=35.0,
        min=1.0,
        help="Seconds of silence after which a cell's servers are shown as last known.",
    ),
    cfg.FloatOpt(
        "mark_interval",
        default=30.0,
        min=1.0,
        help="Seconds between two looks whether a cell's database was put back from a backup.",
    ),
    cfg.IntOpt(
        "max_cell_attempts",
        default=10,
        min=1,
        help="Cells that are asked for one server before it fails with NoValidHost.",
    ),
    cfg.IntOpt(
        "cell_subset_size",
        default=3,
        min=1,
        help="A cell is chosen at random, by free places, among this many of the best.",
    ),
    cfg.StrOpt(
        "cell_weighing",
        default="spread",
        choices=[
            ("spread", "Cells share new servers by their free places."),
            ("stack", "The fullest cell that still has room is filled first."),
        ],
        help="Which of the cells that have room is asked first.",
    ),
    cfg.StrOpt(
        "default_availability_zone",
        default="nova",
        help="Zone of a host that is in no aggregate with an availability_zone.",
    ),
]

INDEX = [
    cfg.IntOpt(
        "deleted_retention",
        default=7 * 24 * 3600,
        min=60,
        help="Seconds a deleted server stays listable before it is purged.",
    ),
    cfg.FloatOpt(
        "verify_interval",
        default=300.0,
        min=1.0,
        help="Seconds after which a cell is compared with the index again, which is put right.",
    ),
    cfg.FloatOpt("purge_interval", default=60.0, min=0.1, help="Seconds between two purges."),
    cfg.IntOpt("purge_batch", default=500, min=1, help="Most servers one purge removes."),
]

OPTIONS: dict[str, list[cfg.Opt]] = {
    "api": [*API, *REST],
    "router": ROUTER,
    "index": INDEX,
    "cells_page": PAGE,
}
