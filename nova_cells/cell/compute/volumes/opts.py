# SPDX-License-Identifier: Apache-2.0
"""How a host reaches volumes. The book of what is connected is in the agent's state folder."""

from __future__ import annotations

from oslo_config import cfg

VOLUMES = [
    cfg.StrOpt(
        "lock_path",
        default="/run/lock/nova-cells",
        help="Folder of the locks that keep two from connecting or letting go of the same thing "
        "at once. All agents of a machine share it; os-brick's own locks are there too.",
    ),
    cfg.StrOpt(
        "root_helper",
        default="sudo",
        help="Command before those that only root may run. Not used where the agent is root.",
    ),
    cfg.BoolOpt(
        "use_multipath",
        default=False,
        help="Connect volumes by several paths where their storage has them. Needs multipathd.",
    ),
    cfg.StrOpt(
        "nfs_mount_point_base",
        default="",
        help="Folder under which exports with volumes are mounted. Empty: one in the agent's "
        "state folder. The hypervisor has to see what is mounted there.",
    ),
    cfg.StrOpt(
        "nfs_mount_options",
        default="",
        help="Options of these mounts, as `mount -o` takes them.",
    ),
    cfg.IntOpt(
        "device_scan_attempts",
        default=5,
        min=1,
        help="How often a host looks for a device that its storage has just exported to it.",
    ),
]

OPTIONS: dict[str, list[cfg.Opt]] = {"host_volumes": VOLUMES}
