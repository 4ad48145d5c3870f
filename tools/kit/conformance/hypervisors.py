# SPDX-License-Identifier: Apache-2.0
"""What the servers of a run are made of: pretended ones, or real QEMU guests on two hosts.

Real guests need an image that boots, flavors that emulation can carry, and patience.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from kit import apt, environment
from kit.hosts import settings
from kit.quickstart import ground
from kit.testing import suites

HOSTS = 4
# As a standalone process names its first cell, and a host of it by number.
CELL = "east"
PRETENDED = """\
[fake_driver]
console_place = 127.0.0.1:{consoles}
"""
SCREENS = """\
[libvirt]
spice_enabled = true
"""


@dataclass(frozen=True)
class Flavor:
    """Memory in MiB; a disk of 1 GiB."""

    id: str
    memory: int


@dataclass(frozen=True)
class Hypervisors:
    """`settings` are lines of nova-cells.conf; `image`: the file that guests boot from.

    `flavors`: ids of the two that servers get; those in `wanted` are made first. `patience`:
    seconds a guest may take.
    """

    driver: str
    count: int
    settings: str
    image: Path | None
    flavors: tuple[str, str]
    wanted: tuple[Flavor, ...] = ()
    patience: int = 60


def prepare(driver: str, state: Path, consoles: int) -> Hypervisors:
    """Have them running."""
    return _real(state) if driver == "libvirt" else _pretended(consoles)


def stop(state: Path) -> None:
    """End the hosts with their guests, and forget them."""
    ground.stop_hosts(state, forget=True)


def _pretended(consoles: int) -> Hypervisors:
    text = PRETENDED.format(consoles=consoles)
    return Hypervisors("fake", HOSTS, text, None, ("42", "84"))


def _real(state: Path) -> Hypervisors:
    apt.ensure(*suites.BUILD, *suites.HYPERVISOR, *suites.GUEST)
    environment.project("libvirt", "test")
    found = json.loads(ground.tool("hosts", "up", "2", "--state-dir", str(state / "hosts")))
    hosts = {f"{CELL}-{number}": host for number, host in enumerate(found["hosts"], 1)}
    small, large = Flavor("tempest-128", 128), Flavor("tempest-160", 160)
    return Hypervisors(
        "libvirt",
        len(hosts),
        settings.render(hosts) + SCREENS,
        ground.guest_image(),
        (small.id, large.id),
        (small, large),
        patience=300,
    )
