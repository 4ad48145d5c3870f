# SPDX-License-Identifier: Apache-2.0
"""Options of live migration."""

from oslo_config import cfg

LIVE_MIGRATION = [
    cfg.StrOpt(
        "live_migration_inbound_addr",
        default="",
        help="Address to which other hosts send the memory and disks of running guests. Empty: "
        "the one under which they reach this host otherwise.",
    ),
    cfg.BoolOpt(
        "live_migration_tls",
        default=False,
        help="Encrypt what running guests are carried with, by the certificates QEMU has.",
    ),
    cfg.IntOpt(
        "live_migration_bandwidth",
        default=0,
        min=0,
        help="MiB a second a live migration may take of the network; 0: all it can get.",
    ),
    cfg.IntOpt(
        "live_migration_downtime",
        default=500,
        min=0,
        help="Milliseconds a guest may stand still at the end of a live migration; 0: QEMU's own "
        "default. The source's process has to end within that stop, too.",
    ),
    cfg.IntOpt(
        "live_migration_completion_timeout",
        default=800,
        min=0,
        help="Seconds a live migration may take for each GiB of memory and disks, two at least; "
        "0: as long as it takes.",
    ),
    cfg.StrOpt(
        "live_migration_timeout_action",
        default="abort",
        choices=[
            ("abort", "the guest stays where it is"),
            ("force_complete", "the guest is held still, or post-copy is begun"),
        ],
        help="What becomes of a live migration that takes longer.",
    ),
    cfg.BoolOpt(
        "live_migration_permit_auto_converge",
        default=True,
        help="Slow a guest down that changes its memory faster than it can be sent.",
    ),
    cfg.BoolOpt(
        "live_migration_permit_post_copy",
        default=False,
        help="Let a live migration that has to end soon go on after the guest has: it runs at its "
        "destination while the rest of its memory follows, and is lost if the way between the "
        "hosts breaks then. Without it the guest is held still instead. With it libvirt starts "
        "the guest at its destination: a network that breaks in that very moment can leave it "
        "running on both hosts.",
    ),
]
