# SPDX-License-Identifier: Apache-2.0
"""The kernel's control groups inside a host's namespaces, for libvirt's containers.

`ip netns exec` puts a bare /sys over the machine's own. Only the first version's hierarchies come
back: beside the second's, libvirt looks for controllers there and finds none.
"""

from __future__ import annotations

import errno
from pathlib import Path

from kit.hosts.shell import run

ROOT = Path("/sys/fs/cgroup")
MACHINES = "machine"


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


def drop_machines() -> None:
    """Take away the groups of containers whose libvirt ended before it could.

    The kernel keeps one that somebody is in: another fleet's containers lose nothing.
    """
    for place in ROOT.glob(f"*/{MACHINES}"):
        for group in (*place.glob("lxc-*"), place):
            _drop(group)


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
