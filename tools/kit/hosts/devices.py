# SPDX-License-Identifier: Apache-2.0
"""A /dev without KVM, for one mount namespace.

A guest under KVM may hang for ever on machines like those of the tests, and a mere probe may too.
Covering the node with /dev/null is not enough: libvirt sees it, finds that it does not work, and
then takes its notes on QEMU for stale and makes them again at every call, two seconds each.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from kit.hosts.shell import run

HIDDEN = {"kvm"}


def hide_kvm(folder: Path) -> None:
    """Put a copy of /dev over it, all there but KVM; only this namespace sees that."""
    folder.mkdir(exist_ok=True)
    run("mount", "-t", "tmpfs", "-o", "mode=755", "dev", folder)
    for entry in Path("/dev").iterdir():
        if entry.name not in HIDDEN:
            _copy(entry, folder / entry.name)
    run("mount", "--rbind", folder, "/dev")


def _copy(entry: Path, target: Path) -> None:
    status = entry.lstat()
    if stat.S_ISLNK(status.st_mode):
        target.symlink_to(os.readlink(entry))
    elif stat.S_ISDIR(status.st_mode):
        target.mkdir()
        run("mount", "--rbind", entry, target)
    elif stat.S_ISCHR(status.st_mode) or stat.S_ISBLK(status.st_mode):
        os.mknod(target, status.st_mode, status.st_rdev)
        os.chown(target, status.st_uid, status.st_gid)
        target.chmod(stat.S_IMODE(status.st_mode))
