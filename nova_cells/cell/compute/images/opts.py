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
        "most_gb",
        default=0,
        min=0,
        help="Size, in GiB, that the kept images may have together; beyond it those that no guest "
        "is based on go, the longest unused first. 0: as much as there is room.",
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

IMAGE_SIGNATURES = [
    cfg.StrOpt(
        "certificates",
        default="",
        help="Folder of certificates by which signatures of images are checked: one PEM file each, "
        "its name the certificate's id with .pem. Empty: signatures are not looked at.",
    ),
    cfg.BoolOpt(
        "required",
        default=False,
        help="Refuse images that are not signed.",
    ),
    cfg.BoolOpt(
        "validate_certificates",
        default=False,
        help="Believe a signature only where its certificate leads to a trusted one, also where a "
        "request names no trusted certificates.",
    ),
    cfg.ListOpt(
        "default_trusted_certificates",
        default=[],
        help="Ids of the certificates that are trusted where a request names none.",
    ),
]

OPTIONS: dict[str, list[cfg.Opt]] = {
    "image_cache": IMAGE_CACHE,
    "image_signatures": IMAGE_SIGNATURES,
}
