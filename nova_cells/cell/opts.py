# SPDX-License-Identifier: Apache-2.0
"""Options of a cell's conductor. Each says what it is for; the sample file is made from them."""

from __future__ import annotations

from oslo_config import cfg

CONDUCTOR = [
    cfg.FloatOpt(
        "service_down_time",
        default=60.0,
        min=0.1,
        help="Seconds without a heartbeat after which a host counts as down.",
    ),
    cfg.FloatOpt(
        "group_silence",
        default=18.0,
        min=0.1,
        help="Seconds without a sign of life after which an agent that shares hosts with others, "
        "as agents of bare metal nodes do, loses its hosts to them.",
    ),
    cfg.FloatOpt(
        "beat_interval",
        default=10.0,
        min=0.1,
        help="Seconds between two heartbeats; conductors tell it to the hosts that register.",
    ),
    cfg.FloatOpt(
        "work_lease",
        default=25.0,
        min=0.1,
        help="Seconds a host may hold work without a sign of it before the work is sent again. "
        "Must be longer than beat_interval: a heartbeat names the work in hand.",
    ),
    cfg.FloatOpt(
        "recovery_interval",
        default=1.0,
        min=0.05,
        help="Seconds between two looks for operations that are due.",
    ),
    cfg.IntOpt(
        "step_attempts",
        default=3,
        min=1,
        help="How often a step that failed in passing is tried before the operation is undone.",
    ),
    cfg.IntOpt(
        "service_attempts",
        default=5,
        min=1,
        help="How often a step that another service (network, volumes) failed is tried before the "
        "operation is undone. A delete goes on until its deadline.",
    ),
    cfg.IntOpt(
        "service_threads",
        default=16,
        min=1,
        help="Threads that ask other services (network, volumes): how many requests a conductor "
        "has under way at a time. None is started before there is something to ask.",
    ),
    cfg.FloatOpt(
        "service_chores_interval",
        default=5.0,
        min=0.1,
        help="Seconds between two looks for servers of which other services may have leftovers.",
    ),
    cfg.FloatOpt(
        "retry_delay",
        default=1.0,
        min=0.0,
        help="Seconds before the first repetition of a failed step; doubles each time.",
    ),
    cfg.FloatOpt(
        "action_timeout",
        default=600.0,
        min=1.0,
        help="Seconds a start, stop, reboot or the like may take before it fails.",
    ),
    cfg.FloatOpt(
        "shutdown_timeout",
        default=60.0,
        min=0.0,
        help="Seconds a guest is given to stop by itself before it is switched off.",
    ),
    cfg.FloatOpt(
        "snapshot_timeout",
        default=7200.0,
        min=1.0,
        help="Seconds what copies a whole disk may take before it fails: a snapshot, a backup, "
        "a shelve, an unshelve, a resize or a migration.",
    ),
    cfg.IntOpt(
        "shelved_offload_time",
        default=0,
        min=-1,
        help="Seconds a shelved server stays on its host; 0 takes it off at once, -1 never.",
    ),
    cfg.FloatOpt(
        "image_chores_interval",
        default=5.0,
        min=0.1,
        help="Seconds between two looks for images to discard, backups to rotate and caches to "
        "fill. What a conductor hears of itself it does at once.",
    ),
    cfg.BoolOpt(
        "allow_resize_to_same_host",
        default=True,
        help="Whether a resize may stay on the host where the server is, if that has room for "
        "what the larger size needs more and for a second disk. A migration never does.",
    ),
    cfg.IntOpt(
        "resize_confirm_window",
        default=0,
        min=0,
        help="Seconds after which a resize or a migration is confirmed if nobody confirmed or "
        "reverted it; 0 waits for ever.",
    ),
    cfg.IntOpt(
        "reclaim_instance_interval",
        default=0,
        min=0,
        help="Seconds a deleted server is kept, switched off, and can be restored; 0 deletes at "
        "once. Servers that never ran, and those deleted by force, are not kept.",
    ),
    cfg.FloatOpt(
        "facts_keepalive",
        default=10.0,
        min=0.1,
        help="Seconds after which capacity and services are published though nothing changed.",
    ),
    cfg.IntOpt(
        "deleted_retention_days",
        default=90,
        min=0,
        help="Days a deleted server and its actions are kept in the cell.",
    ),
    cfg.IntOpt("rpc_threads", default=8, min=1, help="Threads that serve calls, per interface."),
]

CAPACITY = [
    cfg.FloatOpt(
        "cpu_allocation_ratio",
        default=4.0,
        min=0.0,
        help="Virtual CPUs given out for each CPU of a host.",
    ),
    cfg.FloatOpt(
        "ram_allocation_ratio",
        default=1.0,
        min=0.0,
        help="Memory given out for each MiB of a host.",
    ),
    cfg.FloatOpt(
        "disk_allocation_ratio",
        default=1.0,
        min=0.0,
        help="Disk given out for each GiB of a host.",
    ),
    cfg.IntOpt(
        "reserved_host_cpus", default=0, min=0, help="CPUs of a host not given out to guests."
    ),
    cfg.IntOpt(
        "reserved_host_memory_mb",
        default=512,
        min=0,
        help="Memory of a host, in MiB, not given out to guests.",
    ),
    cfg.IntOpt(
        "reserved_host_disk_mb",
        default=0,
        min=0,
        help="Disk of a host, in MiB, not given out to guests.",
    ),
]

SCHEDULER = [
    cfg.IntOpt(
        "max_attempts",
        default=3,
        min=1,
        help="Hosts of a cell on which a build is tried before the cell gives it back.",
    ),
]

OPTIONS: dict[str, list[cfg.Opt]] = {
    "conductor": CONDUCTOR,
    "capacity": CAPACITY,
    "scheduler": SCHEDULER,
}
