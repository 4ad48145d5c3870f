# SPDX-License-Identifier: Apache-2.0
"""The ground these tests stand on: the real services and two libvirt hosts, made once a process.

kit/stack/sharing.py says how to have them use a stack that runs already.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from kit.quickstart import ground as machine
from kit.stack import our_cloud, seed, sharing
from kit.stack.our_cloud import Hosts
from kit.stack.stack import Stack

from tests.real.ground import insist

SWITCHES = ("ovsdb-server", "ovs-vswitchd", "ovn-northd", "ovn-controller", "haproxy")


@dataclass(frozen=True)
class Ground:
    """`images`: name → id in Glance; `port` is for our API."""

    folder: Path
    stack: Stack
    hosts: Hosts
    images: dict[str, str]
    port: int


def ground() -> Ground:
    """The one ground of this process, or a skipped test that says why there is none."""
    insist(*SWITCHES)
    return _made()


@functools.cache
def _made() -> Ground:
    # Not below a private folder: servers of the stack run under accounts of their own.
    folder = Path(tempfile.mkdtemp(prefix="nova-cells-stack-", dir="/var/tmp"))
    folder.chmod(0o755)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    stack = sharing.stack(folder / "stack")
    if not sharing.is_shared():
        atexit.register(stack.forget)
    hosts = our_cloud.hosts(stack, folder / "fleet")
    atexit.register(our_cloud.give_back, stack, hosts)
    token = stack.catalog().token("admin", "admin")
    images = seed.pictures(stack.urls["glance"], token, machine.guest_image())
    return Ground(folder, stack, hosts, images, sharing.port(stack))
