# SPDX-License-Identifier: Apache-2.0
"""Control groups that libvirt leaves of containers it ended while they were held.

The kernel keeps a group that somebody is in, so nothing that runs loses its own.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from nova_cells.cell.compute.drivers.libvirt.xml.identity import domain_name

ROOT = Path("/sys/fs/cgroup")


def drop_groups(uuid: str, root: Path = ROOT) -> None:
    """Take away the empty ones of this machine; nothing to do where systemd keeps them."""
    for group in root.glob(f"*/machine/lxc-*-{domain_name(uuid)}.libvirt-lxc"):
        with suppress(OSError):  # somebody is in it, or it went by itself
            group.rmdir()
