# SPDX-License-Identifier: Apache-2.0
"""Our own processes beside a stack: their configuration, and hosts of tools/hosts for them."""

from __future__ import annotations

import ipaddress
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit import apt
from kit.hosts import settings
from kit.hosts.fleet import Fleet
from kit.stack import access, shims
from kit.stack.stack import Stack
from kit.testing import suites

METADATA = """\
[metadata]
host = {host}
port = {port}
shared_secret = {secret}
"""


@dataclass(frozen=True)
class Hosts:
    """`told`: name in the cloud → what tools/hosts tells; `address`: this machine, for them.

    `switches`: host → the socket of its switch.
    """

    fleet: Fleet
    told: dict[str, dict[str, Any]]
    address: str
    switches: dict[str, str]


def hosts(stack: Stack, folder: Path, number: int = 2) -> Hosts:
    """Running hosts that are chassis of the stack."""
    apt.ensure(*suites.BUILD, *suites.HYPERVISOR, *suites.GUEST)
    fleet = Fleet(folder)
    known = [host["name"] for host in fleet.status()["hosts"]]
    # A chassis has its host's name, and others may share the stack.
    told = fleet.up(known or [f"h{os.getpid()}-{one}" for one in range(1, number + 1)])
    switches = stack.attach(folder)
    first = str(next(ipaddress.ip_network(told["network"]).hosts()))
    return Hosts(fleet, {host["name"]: host for host in told["hosts"]}, first, switches)


def give_back(stack: Stack, found: Hosts) -> None:
    """End the hosts and whatever the stack has of them."""
    stack.detach(*found.told)
    found.fleet.down()


def configuration(stack: Stack, found: Hosts) -> str:
    """Lines of nova-cells.conf for a process with all roles."""
    plan = stack.plan
    told = METADATA.format(host=found.address, port=plan.metadata, secret=plan.secret)
    return access.sections(stack) + settings.render(found.told) + told


def environment(stack: Stack) -> dict[str, str]:
    """What such a process needs in its environment."""
    return {"PATH": shims.path(stack.state), "PYTHONWARNINGS": "ignore"}
