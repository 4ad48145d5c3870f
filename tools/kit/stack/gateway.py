# SPDX-License-Identifier: Apache-2.0
"""The chassis through which guests and this machine reach each other: routers, floating addresses.

It has a network namespace of its own, so that bridges of two stacks never meet.
"""

from __future__ import annotations

from pathlib import Path

from kit.hosts import network
from kit.hosts.shell import run
from kit.stack.chassis import Chassis
from kit.stack.plan import Plan

NAME = "gateway"


def chassis(state: Path, plan: Plan) -> Chassis:
    """As it is written down."""
    folder = state / "gateway"
    enter = ("ip", "netns", "exec", plan.namespace)
    return Chassis(NAME, 1, folder, enter, folder / "ovs", folder / "ovs", physical="br-ex")


def up(state: Path, plan: Plan, southbound: str) -> Chassis:
    """Have it running, with a way from this machine to floating addresses."""
    made = chassis(state, plan)
    if not network.namespace_path(plan.namespace).exists():
        run("ip", "netns", "add", plan.namespace)
    run(*made.enter, "ip", "link", "set", "lo", "up")
    run(*made.enter, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
    made.up(southbound)
    made.give("br-ex", f"172.24.{plan.third}.1/24")
    _have_way(made, plan)
    return made


def down(state: Path, plan: Plan) -> None:
    """End it with everything in its namespace."""
    chassis(state, plan).down()
    network.drop_namespace(plan.namespace, plan.namespace)


def _have_way(made: Chassis, plan: Plan) -> None:
    # A guest must not find this machine's address in the range of floating ones: it would ask for
    # it there, where nobody answers.
    leg, third = plan.namespace, plan.third
    if not Path(f"/sys/class/net/{leg}").exists():
        pair = ["type", "veth", "peer", "name", "machine", "netns", plan.namespace]
        run("ip", "link", "add", leg, *pair)
    run("ip", "addr", "replace", f"172.25.{third}.1/30", "dev", leg)
    run("ip", "link", "set", leg, "up")
    made.give("machine", f"172.25.{third}.2/30")
    run("ip", "route", "replace", plan.public, "via", f"172.25.{third}.2")
