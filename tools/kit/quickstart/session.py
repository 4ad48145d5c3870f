# SPDX-License-Identifier: Apache-2.0
"""Guests in a user's own libvirt, for quickstart without root: ended with the cloud, if ours.

Only a guest whose description holds this cloud's deployment id is touched.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

URI = "qemu:///session"


def stop_guests(state: Path, *, forget: bool) -> None:
    """Switch this cloud's guests off; `forget` also removes what libvirt knows of them."""
    identities = state / "cloud" / "identities.json"
    if os.geteuid() == 0 or not identities.exists():
        return
    deployment = json.loads(identities.read_text())["deployment"]
    for name in _virsh("list", "--all", "--name").split():
        if deployment in _virsh("dumpxml", name):
            _virsh("destroy", name)
            if forget:
                _virsh("undefine", name, "--managed-save", "--nvram")


def _virsh(*words: str) -> str:
    """What virsh prints; nothing where it refuses (a guest that is off already, say)."""
    command = ["virsh", "-q", "-c", URI, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout
