# SPDX-License-Identifier: Apache-2.0
"""The options of the administrators' page."""

from oslo_config import cfg

PAGE = [
    cfg.ListOpt(
        "session_keys",
        default=[],
        secret=True,
        help="Keys that seal the sessions of browsers, each 32 bytes in URL-safe base64; the first "
        "one seals, all of them open. The same in all API processes; without one, sessions end "
        "with the process that began them.",
    ),
    cfg.IntOpt(
        "session_length",
        default=8 * 3600,
        min=60,
        help="Seconds after which a browser has to log in again, its token permitting.",
    ),
]
