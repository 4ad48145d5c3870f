# SPDX-License-Identifier: Apache-2.0
"""Options of conductors: how they get at keys of encrypted volumes."""

from oslo_config import cfg

KEYS = [
    cfg.StrOpt(
        "source",
        default="none",
        choices=[
            ("none", "encrypted volumes are refused"),
            ("fixed", "the one key of `fixed_key`"),
            ("castellan", "a key manager: [key_manager] says which, its own section where it is"),
        ],
        help="Where the keys of encrypted volumes are kept.",
    ),
    cfg.StrOpt(
        "fixed_key",
        default="",
        secret=True,
        help="The key of all volumes in hexadecimal digits, where `source` is fixed: the same that "
        "the volume service has in [key_manager] fixed_key.",
    ),
]

OPTIONS = {"volume_keys": KEYS}
