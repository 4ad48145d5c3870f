# SPDX-License-Identifier: Apache-2.0
"""Options of the libvirt driver."""

from oslo_config import cfg

from nova_cells.cell.compute.drivers.libvirt.live_migration_opts import LIVE_MIGRATION

LIBVIRT = [
    cfg.StrOpt(
        "connection_uri",
        default="qemu:///system",
        help="The hypervisor of this machine.",
    ),
    cfg.DictOpt(
        "connection_uris",
        default={},
        help="Host name to URI, for one agent that serves several hypervisors on one machine. A "
        "host that is not named here has connection_uri.",
    ),
    cfg.StrOpt(
        "virt_type",
        default="auto",
        choices=[
            ("auto", "boots a tiny guest under KVM once to see whether that works, else qemu"),
            ("kvm", "hardware virtualization"),
            ("qemu", "emulation"),
        ],
        help="How guests are run.",
    ),
    cfg.FloatOpt(
        "probe_timeout",
        default=10.0,
        min=0.1,
        help="Seconds the guest of virt_type auto may take to say its first byte.",
    ),
    cfg.StrOpt(
        "machine_type",
        default="pc",
        help="Machine of guests whose image does not name one in hw_machine_type.",
    ),
    cfg.StrOpt(
        "cpu_mode",
        default="auto",
        choices=[
            ("auto", "host-model under KVM, QEMU's own default when emulating"),
            ("host-model", "the named model nearest to the host's CPU"),
            ("host-passthrough", "the host's CPU as it is"),
            ("maximum", "all that the hypervisor can offer"),
            ("none", "QEMU's own default"),
        ],
        help="CPU that guests see.",
    ),
    cfg.IntOpt(
        "tb_cache_size",
        default=64,
        min=1,
        help="Translation cache of an emulated guest, in MiB. QEMU's own default lets a guest of "
        "128 MiB grow past 370 MiB.",
    ),
    cfg.StrOpt(
        "ovsdb_connection",
        default="tcp:127.0.0.1:6640",
        help="Where the database of this host's Open vSwitch listens, for ports that need a bridge "
        "of their own in front of it (hybrid plug). Other ports do not need it.",
    ),
    cfg.BoolOpt("vnc_enabled", default=True, help="Give guests a screen, served by VNC."),
    cfg.BoolOpt("spice_enabled", default=False, help="Serve guests' screens by SPICE."),
    cfg.BoolOpt(
        "serial_enabled",
        default=True,
        help="Have guests' first serial port listen for somebody who types.",
    ),
    cfg.StrOpt(
        "console_address",
        default="",
        help="Address of the host on which guests' consoles listen. They ask for no password: the "
        "network must be the hosts' and the console proxies' alone. Empty: the address in "
        "connection_uri, or loopback.",
    ),
    cfg.DictOpt(
        "console_addresses",
        default={},
        help="Host name to such an address, for one agent that serves several hosts.",
    ),
    cfg.StrOpt(
        "serial_ports",
        default="20000:29999",
        regex=r"^[1-9]\d{0,4}:[1-9]\d{0,4}$",
        help="First and last TCP port for guests' serial consoles, each guest of a host has one.",
    ),
    cfg.IntOpt(
        "console_log_kb",
        default=1024,
        min=16,
        help="How much of a guest's serial console is kept, in KiB; twice that at most is on disk "
        "between two looks, a minute apart. Where virtlogd runs, its own limits hold.",
    ),
    cfg.StrOpt(
        "snapshot_image_format",
        default="qcow2",
        choices=["qcow2", "raw", "vdi", "vmdk"],
        help="Format of images made of servers.",
    ),
    cfg.BoolOpt(
        "snapshot_compression",
        default=False,
        help="Compress images of servers in format qcow2: smaller, at a cost of CPU time.",
    ),
    cfg.FloatOpt(
        "soft_reboot_timeout",
        default=60.0,
        min=0.0,
        help="Seconds a guest gets to shut down in a soft reboot before it is reset.",
    ),
    cfg.StrOpt(
        "instances_path",
        default="",
        help="Folder of guests' disks. Hosts that are to share them have it on the same storage, "
        "under one path or several. Empty: in the agent's state_dir, for this host alone.",
    ),
    cfg.StrOpt(
        "peer_uri",
        default="qemu+tls://%(host)s/system",
        help="How the hypervisor of another host is reached, to bring disks or guests there; "
        "%(host)s is that host's address. It needs libvirt's own authentication, both ways.",
    ),
    cfg.DictOpt(
        "peer_addresses",
        default={},
        help="Host name to the address under which other hosts reach it, for one agent that "
        "serves several hypervisors. A host that is not named here has [compute] host_ip.",
    ),
    cfg.FloatOpt(
        "detach_timeout",
        default=60.0,
        min=0.0,
        help="Seconds a guest gets to let go of an interface or a volume.",
    ),
    cfg.IntOpt(
        "hotplug_ports",
        default=8,
        min=0,
        max=24,
        help="Devices that can be plugged into a guest with a PCI Express board (q35) while it "
        "runs. One with the board pc has room for about 25 without being asked.",
    ),
    cfg.BoolOpt(
        "cpu_limits",
        default=True,
        help="The host's control groups hold guests to quota:cpu_shares, quota:cpu_period and "
        "quota:cpu_quota of their flavors. Switch it off on a host where libvirt uses none: "
        "such flavors are not placed there then.",
    ),
    cfg.BoolOpt(
        "nic_limits",
        default=True,
        help="The host's kernel holds interfaces to quota:vif_inbound_average and its like of "
        "their flavors; it needs the queueing disciplines htb and sfq. Switch it off on a host "
        "without them: such flavors are not placed there then.",
    ),
    cfg.FloatOpt(
        "call_keepalive",
        default=5.0,
        min=1.0,
        help="Seconds between two signs of life asked of libvirt; after five without an answer "
        "the connection counts as broken.",
    ),
]

OPTIONS: dict[str, list[cfg.Opt]] = {"libvirt": [*LIBVIRT, *LIVE_MIGRATION]}
