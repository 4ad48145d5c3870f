# SPDX-License-Identifier: Apache-2.0
"""Options of the driver of containers."""

from oslo_config import cfg

LXC = [
    cfg.StrOpt(
        "connection_uri",
        default="lxc:///system",
        help="The libvirt that makes containers on this machine.",
    ),
    cfg.DictOpt(
        "connection_uris",
        default={},
        help="Host name to URI, for one agent that serves several hosts on one machine. A host "
        "that is not named here has connection_uri.",
    ),
    cfg.StrOpt(
        "peer_uri",
        default="lxc+tls://%(host)s/system",
        help="How the libvirt of another host is reached, to bring containers there; %(host)s is "
        "that host's address. It needs libvirt's own authentication, both ways.",
    ),
    cfg.DictOpt(
        "peer_addresses",
        default={},
        help="Host name to the address under which other hosts reach it, for one agent that "
        "serves several hosts. A host that is not named here has [compute] host_ip.",
    ),
    cfg.IntOpt(
        "first_id",
        default=1000000,
        min=65536,
        help="What a container takes for user and group 0 is this user and group on the host, and "
        "so on upwards. Nobody else on the host may have these numbers.",
    ),
    cfg.IntOpt(
        "ids",
        default=65536,
        min=65536,
        help="How many users and groups a container has.",
    ),
    cfg.IntOpt(
        "tree_size_mb",
        default=20480,
        min=1,
        help="Largest tree, in MiB, that an image may unpack to.",
    ),
    cfg.IntOpt(
        "tree_entries",
        default=1000000,
        min=1,
        help="Most files, folders and links that an image may unpack to.",
    ),
    cfg.IntOpt(
        "console_log_kb",
        default=1024,
        min=16,
        help="How much of a container's console is kept, in KiB; twice that at most is on disk "
        "between two looks, a minute apart.",
    ),
    cfg.FloatOpt(
        "soft_reboot_timeout",
        default=60.0,
        min=0.0,
        help="Seconds a container gets to end in a soft reboot before it is ended.",
    ),
    cfg.FloatOpt(
        "call_keepalive",
        default=5.0,
        min=1.0,
        help="Seconds between two signs of life asked of libvirt; after five without an answer "
        "the connection counts as broken.",
    ),
]

OPTIONS: dict[str, list[cfg.Opt]] = {"lxc": LXC}
