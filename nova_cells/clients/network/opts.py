# SPDX-License-Identifier: Apache-2.0
"""Options of the networks of servers: the same for the API, the conductors and nobody else."""

from oslo_config import cfg

from nova_cells.clients.calling.opts import service_options

LOCAL_NETWORK = [
    cfg.BoolOpt(
        "enabled",
        default=False,
        help="Give servers an address on a network that each host makes for itself: for "
        "deployments without a network service. API processes and conductors must agree. The "
        "commands that make a whole cloud switch it on where their hosts can do it.",
    ),
    cfg.StrOpt("label", default="private", help="Name of the network, as servers show it."),
    cfg.StrOpt(
        "cidr",
        default="10.180.0.0/20",
        help="Range of the addresses, IPv4. Every host has the whole of it on a bridge of its own; "
        "an address is given out once in a cell. Another range is another network: servers that "
        "are there keep what they have.",
    ),
    cfg.StrOpt(
        "gateway",
        help="The hosts' own address in the range, the same on each of them. Default: the first.",
    ),
    cfg.ListOpt(
        "dns",
        default=[],
        help="Name servers that guests are told. Empty: the gateway, which asks those of its host.",
    ),
    cfg.StrOpt("domain", default="novalocal", help="Domain of the guests' names."),
    cfg.StrOpt(
        "forward",
        default="open",
        choices=[
            ("open", "hosts forward what they are configured to forward, nothing is added"),
            ("nat", "guests go out with the address of their host"),
            ("none", "guests reach their host and its other guests only"),
        ],
        help="What hosts do with packets of guests to other networks.",
    ),
    cfg.IntOpt("mtu", default=1500, min=68, max=65535, help="MTU of the bridges and the guests."),
    cfg.FloatOpt(
        "attach_wait",
        default=30.0,
        min=0.0,
        help="Seconds POST /servers/{id}/os-interface waits until the guest has its interface; "
        "it answers with the port's state at the end of it.",
    ),
]

NEUTRON = [
    *service_options("Neutron", "network"),
    cfg.FloatOpt(
        "vif_plugging_timeout",
        default=300.0,
        min=0.0,
        help="Seconds a guest is held, on a host that is new to it, until Neutron has said that "
        "its ports are ready there; 0: it is not held. Only ports that were not ready when they "
        "were bound are waited for. One that starts anew where it is (rebuild, hard reboot) is "
        "held only for ports that Neutron has said to be unplugged meanwhile.",
    ),
    cfg.BoolOpt(
        "live_migration_wait_for_vif_plug",
        default=True,
        help="Whether a running guest leaves for another host only when Neutron has said that its "
        "ports are ready there. This concerns ports that hosts plug in before the guest comes "
        "(those of Linux bridges, and of Open vSwitch with a bridge in front of it); all others "
        "become ready when it has come. No: for a Neutron that does not tell it of ports which "
        "are bound to two hosts.",
    ),
    cfg.FloatOpt(
        "heal_interval",
        default=60.0,
        min=0.0,
        help="Seconds between two looks of a conductor at the ports of fifty servers, whether they "
        "are still as the servers show them; news that was lost is made up for so. 0: never.",
    ),
    cfg.BoolOpt(
        "vif_plugging_is_fatal",
        default=True,
        help="Whether what a server is to do fails where its ports are not ready in time; else it "
        "goes on.",
    ),
    cfg.FloatOpt(
        "attach_wait",
        default=60.0,
        min=0.0,
        help="Seconds POST /servers/{id}/os-interface waits until the guest has its port; the "
        "attachment goes on after that.",
    ),
]

OPTIONS: dict[str, list[cfg.Opt]] = {"local_network": LOCAL_NETWORK, "neutron": NEUTRON}
