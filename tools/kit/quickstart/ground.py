# SPDX-License-Identifier: Apache-2.0
"""What has to be on the machine before a cloud can start, and which driver it can have."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from kit import apt, environment, paths, say
from kit.testing import suites

CELLS = ("east", "west")


@dataclass(frozen=True)
class Ground:
    """What was found: `uris` maps host name → libvirt URI and is empty for the fake driver.

    `namespaces`: host name → the network namespace its guests are reached from.
    """

    driver: str
    uris: dict[str, str]
    bin: Path
    client: Path
    guest: Path | None
    namespaces: dict[str, str] = field(default_factory=dict)


def prepare(state: Path, driver: str) -> Ground:
    """Install what is missing, build the guest, start the hypervisor hosts."""
    state.mkdir(parents=True, exist_ok=True)
    driver = _driver(driver)
    extras = () if driver == "fake" else ("libvirt",)
    bin_ = environment.project(*extras)
    client = environment.service("client")
    if driver == "fake":
        return Ground(driver, {}, bin_, client, None)
    if driver == "lxc":
        _let_containers_through(state)
    guest = guest_image("container" if driver == "lxc" else "machine")
    uris, namespaces = _hosts(state)
    if driver == "lxc":
        uris = {name: uri.replace("qemu", "lxc", 1) for name, uri in uris.items()}
    return Ground(driver, uris, bin_, client, guest, namespaces)


def _driver(wanted: str) -> str:
    if os.geteuid() == 0:
        apt.ensure(*suites.BUILD, *suites.HYPERVISOR, *suites.GUEST)
    if wanted != "auto":
        return wanted
    if shutil.which("libvirtd") and shutil.which("qemu-system-x86_64"):
        return "libvirt"
    say.line("no libvirt and QEMU: this cloud gets the FAKE driver, its servers have no guests")
    return "fake"


def _let_containers_through(state: Path) -> None:
    """A container's root is nobody outside, and its files are in the state folder."""
    if os.geteuid() != 0:
        raise say.Trouble("containers need root: their files belong to users of their own")
    for folder in (state, *state.parents):
        if not folder.stat().st_mode & 0o001:
            raise say.Trouble(
                f"{folder} keeps containers out: `chmod o+x {folder}`, or another --state-dir"
            )


def guest_image(kind: str = "machine") -> Path:
    """The small guest, made when it is not there."""
    with say.step("building a small guest image"):
        made = tool("guest-image", "--kind", kind, str(paths.cache() / "guest"))
    return Path(made.strip().splitlines()[-1])


def _hosts(state: Path) -> tuple[dict[str, str], dict[str, str]]:
    """URIs and namespaces by the names the cloud has for hosts."""
    if os.geteuid() != 0:
        say.line("not root: both cells use this user's own libvirt as their one QEMU host,")
        say.line("which can make no network: servers get no addresses")
        return {f"{cell}-1": "qemu:///session" for cell in CELLS}, {}
    with say.step("starting two libvirt hosts in network namespaces"):
        document = json.loads(tool("hosts", "up", "2", "--state-dir", str(state / "hosts")))
    found = {f"{cell}-1": host for cell, host in zip(CELLS, document["hosts"], strict=True)}
    uris = {name: host["uri"] for name, host in found.items()}
    return uris, {name: host["namespace"] for name, host in found.items()}


def stop_hosts(state: Path, *, forget: bool) -> None:
    """End the hypervisor hosts and their guests; unless forgotten, disks stay for the next run."""
    if (state / "hosts").exists():
        tool("hosts", "down" if forget else "stop", "--state-dir", str(state / "hosts"))


def tool(name: str, *words: str) -> str:
    """Standard output of another tool of the checkout."""
    command = [sys.executable, str(paths.TOOLS / name), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise say.Trouble(f"tools/{name} {words[0]} failed:\n{(done.stdout + done.stderr)[-1500:]}")
    return done.stdout
