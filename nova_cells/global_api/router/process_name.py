# SPDX-License-Identifier: Apache-2.0
"""Names of processes in leases, and whether the process behind one has certainly gone.

A wrong verdict costs a call made twice under one key, never a server made twice.
"""

from __future__ import annotations

import os
import socket
import uuid as uuids


def make() -> str:
    """This process's own: its machine, its pid, and something nobody else has."""
    return f"{_machine()}:{os.getpid()}:{uuids.uuid4().hex[:8]}"


def is_dead(name: str) -> bool:
    """Whether a process of this machine is no more. Of other machines nobody here can tell."""
    machine, _, rest = name.partition(":")
    pid = rest.partition(":")[0]
    if machine != _machine() or not pid.isdecimal():
        return False
    if int(pid) == os.getpid():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _machine() -> str:
    return socket.gethostname()[:32].replace(":", "-")
