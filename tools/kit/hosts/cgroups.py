# SPDX-License-Identifier: Apache-2.0
"""The kernel's control groups inside a host's namespaces, for libvirt's containers.

`ip netns exec` puts a bare /sys over the machine's own. Only the first version's hierarchies come
back: beside the second's, libvirt looks for controllers there and finds none.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import signal
import time
from pathlib import Path

from kit.hosts.shell import run

ROOT = Path("/sys/fs/cgroup")
MACHINES = "machine"
PATIENCE = 5.0


def have_cgroups() -> None:
    """Mount every hierarchy of the first version; nothing where the kernel has none."""
    hierarchies = _hierarchies()
    if not hierarchies:
        return
    run("mount", "-t", "tmpfs", "-o", "mode=755", "cgroup", ROOT)
    for options in hierarchies:
        place = ROOT / options.rpartition("name=")[2]
        place.mkdir()
        run("mount", "-t", "cgroup", "-o", options, "cgroup", place)


def end_containers(controllers: list[int]) -> None:
    """End what is left of containers whose controllers (libvirt_lxc) ended, and their groups.

    A container has a network of its own, so nothing else of it is found by the host's.
    """
    for pid in controllers:
        for group in ROOT.glob(f"*/{MACHINES}/lxc-{pid}-*"):
            _empty(group)
            _drop(group)
    for place in ROOT.glob(f"*/{MACHINES}"):
        _drop(place)  # stays while another fleet has containers


def groups_of(pids: list[int]) -> set[str]:
    """The names of the groups that libvirt made for the virtual machines among these."""
    found = set()
    for pid in pids:
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            text = Path(f"/proc/{pid}/cgroup").read_text()
            found |= {part[1] for part in re.findall(rf":/({MACHINES})/(qemu-[^/\n]+)", text)}
    return found


def drop_groups(names: set[str]) -> None:
    """Take away those of machines that ended with their libvirt, which would have done it."""
    for name in names:
        for group in ROOT.glob(f"*/{MACHINES}/{name}"):
            for part in (*group.glob("*/"), group):
                _drop(part)


def _empty(group: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while (pids := (group / "cgroup.procs").read_text().split()) and time.monotonic() < deadline:
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)
        time.sleep(0.02)


def _drop(group: Path) -> None:
    try:
        group.rmdir()
    except OSError as busy:
        if busy.errno not in (errno.EBUSY, errno.ENOTEMPTY, errno.ENOENT):
            raise


def _hierarchies() -> list[str]:
    """What this machine has mounted, as options of mount: `cpu`, `cpu,cpuacct`, `none,name=x`."""
    names = [line.split(":")[1] for line in Path("/proc/self/cgroup").read_text().splitlines()]
    return [f"none,{name}" if name.startswith("name=") else name for name in names if name]
