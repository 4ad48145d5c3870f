# SPDX-License-Identifier: Apache-2.0
"""Hosts of tools/hosts as chassis: each gets a switch, a tunnel to the others, metadata for guests.

A host's switch lives in the host's own namespaces, where libvirt finds it in its usual place; it
ends with its host and has to be attached again after that.
"""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Any

from kit import say
from kit.hosts.fleet import Fleet
from kit.hosts.shell import run
from kit.stack import gateway, metadata_agent
from kit.stack.chassis import Chassis
from kit.stack.ovn import Ovn
from kit.stack.plan import Plan

RUN = Path("run/openvswitch")
LEG = "tunnel"


def attach(state: Path, plan: Plan, ovn: Ovn, hosts: Path) -> dict[str, str]:
    """Make every running host of a fleet a chassis; host → its switch's socket."""
    fleet = Fleet(hosts).status()
    if not fleet["hosts"]:
        raise say.Trouble(f"there are no hosts in {hosts}")
    first = str(next(ipaddress.ip_network(fleet["network"]).hosts()))
    switches = {}
    for host in fleet["hosts"]:
        with say.step(f"attaching {host['name']}"):
            switches[host["name"]] = _attach(state, plan, ovn, host, first)
    return switches


def known(plan: Plan) -> dict[str, Chassis]:
    """Every chassis but the gateway, whether it runs or not."""
    return {name: _chassis(name, Path(folder), plan) for name, folder in plan.folders.items()}


def detach(state: Path, plan: Plan, *names: str) -> None:
    """End the switches of these hosts, or of all; the hosts stay.

    Before a host goes: a controller that is killed with its host leaves its chassis in the records.
    """
    for name, chassis in known(plan).items():
        if not names or name in names:
            metadata_agent.daemon(chassis).stop(seconds=5)
            chassis.down()
            del plan.folders[name]
    plan.save(state)


def _attach(state: Path, plan: Plan, ovn: Ovn, host: dict[str, Any], first: str) -> str:
    plan.number(host["name"])
    plan.folders[host["name"]] = host["state_dir"]
    plan.save(state)
    chassis = _chassis(host["name"], Path(host["state_dir"]), plan)
    _connect(gateway.chassis(state, plan), plan.namespace, chassis, host["namespace"])
    chassis.up(ovn.remote("sb"))
    chassis.connect("br-phys", LEG)
    metadata_agent.up(state, plan, ovn, chassis, first)
    return chassis.switch


def _chassis(name: str, folder: Path, plan: Plan) -> Chassis:
    try:
        pid = (folder / "libvirtd.pid").read_text().split()[0]
    except FileNotFoundError:
        pid = "0"
    enter = ("nsenter", "--target", pid, "--mount", "--net", "--uts", "--")
    return Chassis(
        name, plan.number(name), folder / "chassis", enter, Path("/") / RUN, folder / RUN
    )


def _connect(way_out: Chassis, there: str, chassis: Chassis, here: str) -> None:
    """A leg of the host in the switch of the gateway, which carries all tunnels."""
    name = f"{LEG}{chassis.number}"
    if not run("ip", "-n", here, "link", "show", LEG, check=False):
        run("ip", "-n", there, "link", "del", name, check=False)
        pair = ["type", "veth", "peer", "name", LEG, "netns", here]
        run("ip", "link", "add", name, "netns", there, *pair)
    way_out.connect("br-phys", name)
