# SPDX-License-Identifier: Apache-2.0
"""Keeps what containers write to their consoles: libvirt hands a console out and keeps nothing.

For each running container one small process copies its console to the log. It belongs to nobody: it
goes on while the agent is away, for a container whose console nobody reads stands still, and ends
when the container does.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import libvirt

from nova_cells.cell.compute.drivers.libvirt.folder import Folder
from nova_cells.cell.compute.drivers.lxc import places

PATIENCE = "10"
"""Seconds the process of the last start may take to notice that its console is gone."""


def keep(domain: libvirt.virDomain, folder: Folder) -> None:
    """Have the console of a container that was just started written down; twice is once."""
    device = console_of(domain)
    if device is None:
        return
    try:
        source = os.open(device, os.O_RDONLY | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:
        return  # it ended meanwhile
    with os.fdopen(source, "rb") as console, folder.console.open("ab") as log:
        subprocess.Popen(
            ["setsid", "--fork", *_locked(folder), "cat"],
            stdin=console,
            stdout=log,
            stderr=subprocess.DEVNULL,
            cwd="/",
            close_fds=True,
        ).wait()


def keep_again(domain: libvirt.virDomain, folder: Folder) -> None:
    """The same of one that may have restarted by itself; no work where somebody writes."""
    if folder.console.exists() and not _is_kept(folder):
        keep(domain, folder)


def _is_kept(folder: Folder) -> bool:
    with places.keeper_lock(folder).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def console_of(domain: libvirt.virDomain) -> Path | None:
    """The host's end of a running container's console."""
    if not domain.isActive():
        return None
    source = ElementTree.fromstring(domain.XMLDesc(0)).find("devices/console/source")
    path = source.get("path") if source is not None else None
    return Path(path) if path else None


def _locked(folder: Folder) -> list[str]:
    lock = str(places.keeper_lock(folder))
    return ["flock", "--no-fork", "--wait", PATIENCE, lock]
