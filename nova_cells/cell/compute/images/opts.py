# SPDX-License-Identifier: Apache-2.0
"""Options of the image cache and of the children that work on images."""

from oslo_config import cfg

IMAGE_CACHE = [
    cfg.StrOpt(
        "directory",
        default="",
        help="Where fetched images are kept. Empty: below the agent's state_dir. Hypervisors must "
        "see it under the same path.",
    ),
    cfg.FloatOpt(
        "unused_retention",
        default=86400.0,
        min=60.0,
        help="Seconds an image no guest of this host is based on is kept after its last use.",
    ),
    cfg.IntOpt(
        "child_memory_mb",
        default=1024,
        min=128,
        help="Address space, in MiB, of a process that works on an image. A crafted image makes "
        "such a process fail, not the host.",
    ),
    cfg.IntOpt(
        "child_cpu_seconds",
        default=300,
        min=1,
        help="CPU time of a process that works on an image.",
    ),
    cfg.FloatOpt(
        "child_timeout",
        default=1800.0,
        min=1.0,
        help="Seconds after which a process that works on an image is ended.",
    ),
]

OPTIONS: dict[str, list[cfg.Opt]] = {"image_cache": IMAGE_CACHE}
