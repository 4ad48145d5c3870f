# SPDX-License-Identifier: Apache-2.0
"""Options of a compute agent and of the fake driver; other drivers declare theirs beside them."""

from __future__ import annotations

from oslo_config import cfg

COMPUTE = [
    cfg.StrOpt(
        "driver",
        default="libvirt",
        help="What makes the machines: libvirt (virtual machines), lxc (containers), fake, or "
        "the name a third party registered.",
    ),
    cfg.ListOpt(
        "hosts",
        default=[],
        help="Names of the hosts this agent serves. Empty: one host, named as this machine is.",
    ),
    cfg.StrOpt(
        "address",
        default="",
        help="Name of this agent on its cell's bus, unique in the cell. Empty: its first host's.",
    ),
    cfg.StrOpt(
        "host_ip",
        default="127.0.0.1",
        help="Address shown for this agent's hosts, and used between hosts.",
    ),
    cfg.StrOpt(
        "state_dir",
        default="/var/lib/nova-cells/compute",
        help="Folder of the ledger and of the hosts' identities. It belongs to one agent, must "
        "survive a restart, and is never copied to another.",
    ),
    cfg.IntOpt(
        "workers",
        default=16,
        min=1,
        help="How many machines are worked on at the same time.",
    ),
    cfg.IntOpt(
        "live_migrations",
        default=4,
        min=1,
        help="How many guests may be leaving this agent's hosts at the same time; others wait.",
    ),
    cfg.FloatOpt(
        "reconcile_interval",
        default=60.0,
        min=0.1,
        help="Seconds between two comparisons of the guests with what the ledger knows.",
    ),
    cfg.BoolOpt(
        "resume_guests_state_on_host_boot",
        default=False,
        help="Start guests again that were running when their host went down, once the cell has "
        "confirmed that they are still the host's. A guest's own autostart is never used.",
    ),
    cfg.FloatOpt(
        "register_retry",
        default=5.0,
        min=0.05,
        help="Seconds before a host that its cell has not welcomed yet tries again.",
    ),
    cfg.FloatOpt(
        "report_retry",
        default=5.0,
        min=0.05,
        help="Longest pause, in seconds, between two tries to hand in results.",
    ),
    cfg.FloatOpt(
        "shutdown_timeout",
        default=60.0,
        min=0.0,
        help="Seconds a guest is given to stop by itself where the work does not say.",
    ),
    cfg.FloatOpt(
        "ledger_retention",
        default=86400.0,
        min=0.0,
        help="Seconds for which finished work is remembered past its deadline, so that a message "
        "delivered late changes nothing.",
    ),
]

FAKE = [
    cfg.IntOpt("vcpus", default=2048, min=0, help="CPUs of each fake host."),
    cfg.IntOpt("memory_mb", default=2097152, min=0, help="Memory of each fake host, in MiB."),
    cfg.IntOpt("disk_gb", default=204800, min=0, help="Disk of each fake host, in GiB."),
    cfg.BoolOpt(
        "keep_state",
        default=True,
        help="Keep fake machines in the agent's state folder: like real guests they survive "
        "their agent.",
    ),
    cfg.StrOpt(
        "console_place",
        default="",
        help="HOST:PORT where every console of a fake guest leads to. Empty: addresses are made "
        "up, and nobody listens there.",
    ),
    cfg.StrOpt(
        "script",
        default="",
        help="File with a JSON list of scripted events: "
        '{"call": "define", "host": "*", "uuid": "*", "name": "slow-*", "act": "delay", '
        '"seconds": 2, "times": 1}; act is delay, fail (in passing), refuse (for good) or crash.',
    ),
]

NETWORK_DEVICES = [
    cfg.ListOpt(
        "bandwidths",
        default=[],
        help="What the network devices of each host can carry, for ports with a guaranteed minimum "
        "of bandwidth: DEVICE:NETWORK:OUT:IN, for instance br-ex:public:1000000:1000000. DEVICE "
        "as Neutron's agent of the host knows it, NETWORK the physical network behind it (empty: "
        "tunnels), the amounts in kilobits a second. Say the same as resource_provider_bandwidths "
        "of that agent.",
    ),
    cfg.IntOpt(
        "packet_rate",
        default=0,
        min=0,
        help="Thousands of packets a second that each host can handle, for ports with a "
        "guaranteed minimum of them; 0: none is guaranteed.",
    ),
    cfg.ListOpt(
        "vnic_types",
        default=["normal"],
        help="Kinds of ports for which the above holds.",
    ),
    cfg.StrOpt(
        "namespace",
        default="5533233b-800c-11eb-b1f4-000056b2f5b8",
        help="The UUID under which Neutron's mechanism driver names devices of hosts. The default "
        "is that of OVN; Open vSwitch has 87ee7d5c-73bb-11e8-9008-c4d987b2a692.",
    ),
]

OPTIONS: dict[str, list[cfg.Opt]] = {
    "compute": COMPUTE,
    "fake_driver": FAKE,
    "network_devices": NETWORK_DEVICES,
}
