# SPDX-License-Identifier: Apache-2.0
"""Options of group [quota]: limits of a project for which nobody has set anything else."""

from oslo_config import cfg

_UNLIMITED = "-1 means unlimited."

QUOTA_OPTIONS = [
    cfg.StrOpt(
        "driver",
        default="database",
        choices=[
            ("database", "limits are set by /os-quota-sets and the options below"),
            ("unified", "limits are Keystone's unified limits of our service, see [keystone]"),
        ],
        help="Who says how much a project may use. Usage is counted and compared here either way.",
    ),
    cfg.StrOpt(
        "unified_limits_resource_strategy",
        default="ignore",
        choices=[
            (
                "ignore",
                "those listed are unlimited where nothing is registered, the rest limited to 0",
            ),
            ("require", "those listed are limited to 0 where nothing is registered, the rest not"),
        ],
        help="What unified_limits_resource_list says of resources without a registered limit.",
    ),
    cfg.ListOpt(
        "unified_limits_resource_list",
        default=[],
        help="Names as Keystone has them: servers, class:VCPU, class:MEMORY_MB, class:DISK_GB, "
        "server_key_pairs, server_groups …",
    ),
    cfg.FloatOpt(
        "audit_interval",
        default=3600.0,
        min=1.0,
        help="Seconds between two looks of a router whether usage is what lives; it logs, and "
        "corrects nothing.",
    ),
    cfg.FloatOpt(
        "unified_limits_cache_time",
        default=10.0,
        min=0.0,
        help="Seconds for which a process believes what Keystone said of a project's limits.",
    ),
    cfg.IntOpt("instances", default=10, min=-1, help=f"Servers of a project. {_UNLIMITED}"),
    cfg.IntOpt("cores", default=20, min=-1, help=f"Virtual CPUs of a project. {_UNLIMITED}"),
    cfg.IntOpt("ram", default=51200, min=-1, help=f"Memory of a project in MiB. {_UNLIMITED}"),
    cfg.IntOpt(
        "metadata_items", default=128, min=-1, help=f"Metadata items of a server. {_UNLIMITED}"
    ),
    cfg.IntOpt("injected_files", default=5, min=-1, help=f"Files put into a server. {_UNLIMITED}"),
    cfg.IntOpt(
        "injected_file_content_bytes",
        default=10240,
        min=-1,
        help=f"Size of a file put into a server. {_UNLIMITED}",
    ),
    cfg.IntOpt(
        "injected_file_path_length",
        default=255,
        min=-1,
        help=f"Length of the path of a file put into a server. {_UNLIMITED}",
    ),
    cfg.IntOpt("key_pairs", default=100, min=-1, help=f"Key pairs of a user. {_UNLIMITED}"),
    cfg.IntOpt("server_groups", default=10, min=-1, help=f"Groups of a project. {_UNLIMITED}"),
    cfg.IntOpt(
        "server_group_members", default=10, min=-1, help=f"Servers of a group. {_UNLIMITED}"
    ),
]

OPTIONS: dict[str, list[cfg.Opt]] = {"quota": QUOTA_OPTIONS}
