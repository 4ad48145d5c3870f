# SPDX-License-Identifier: Apache-2.0
"""The ground real tests stand on: two libvirt hosts and a guest image, made once a process.

Where something is missing the tests say what; under CI=true that is a failure.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nova_cells.clients.images.local_store import LocalStore
from nova_cells.objects import ImageFacts

CHECKOUT = Path(__file__).resolve().parents[2]
PROGRAMS = ("libvirtd", "virsh", "qemu-system-x86_64", "qemu-img", "ip", "unshare")
HOSTS = ("hv1", "hv2")


@dataclass(frozen=True)
class Ground:
    """`uris`: host name → libvirt URI; `guest`: the image in `images`."""

    folder: Path
    uris: dict[str, str]
    hosts: dict[str, dict[str, Any]]
    images: LocalStore
    guest: ImageFacts


def ground() -> Ground:
    """The one ground of this process, or a skipped test that says why there is none."""
    insist()
    return _made()


def insist(*programs: str) -> None:
    """Skip where real hosts, or these programs, can't be had, and say why; under CI=true fail."""
    if lacking := missing(*programs):
        if os.environ.get("CI") == "true":
            raise AssertionError(f"real tests can't run: {lacking}")
        raise unittest.SkipTest(lacking)


def missing(*programs: str) -> str:
    """What this machine lacks, in words; empty when it has all."""
    if os.geteuid() != 0:
        return "real hosts need root for their namespaces"
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    absent = [name for name in (*PROGRAMS, *programs) if shutil.which(name, path=path) is None]
    return f"not installed: {', '.join(absent)}" if absent else _forbidden()


@functools.cache
def _forbidden() -> str:
    """What the kernel, or a container, does not let us have."""
    if not Path("/dev/net/tun").exists():
        return "no /dev/net/tun: guests have no interfaces here"
    tried = subprocess.run(["unshare", "-m", "-n", "-u", "true"], capture_output=True, text=True)
    return f"no namespaces for hosts: {tried.stderr.strip()}" if tried.returncode else ""


@functools.cache
def _made() -> Ground:
    folder = Path(tempfile.mkdtemp(prefix="nova-cells-real-"))
    atexit.register(_unmake, folder)
    _make_small(folder / "small")
    told = json.loads(hosts_tool(folder, "up", str(len(HOSTS)), "--names", ",".join(HOSTS)))
    images = LocalStore(folder / "images")
    guest = images.add(guest_image("machine"), "guest", min_ram=96)
    hosts = {host["name"]: host for host in told["hosts"]}
    return Ground(folder, told["connection_uris"], hosts, images, guest)


def guest_image(kind: str) -> Path:
    """The test guest as a machine or a container, built if it has to be."""
    return Path(tool("guest-image", "--kind", kind, str(_cache())).strip())


def _make_small(folder: Path) -> None:
    """A file system that is soon full. Hosts see what was mounted before they began."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "small", str(folder)], check=True)


def _unmake(folder: Path) -> None:
    hosts_tool(folder, "down")
    subprocess.run(["umount", "-l", str(folder / "small")], check=False)
    shutil.rmtree(folder, ignore_errors=True)


def hosts_tool(folder: Path, *words: str) -> str:
    """Call tools/hosts for the fleet in `folder`."""
    return tool("hosts", "--state-dir", str(folder / "fleet"), *words)


def tool(name: str, *words: str) -> str:
    """Standard output of a tool of the checkout."""
    command = [sys.executable, str(CHECKOUT / "tools" / name), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode:
        raise AssertionError(f"{' '.join(command)} failed:\n{done.stderr}")
    return done.stdout


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "nova_cells" / "guest-image"
