# SPDX-License-Identifier: Apache-2.0
"""A socket that listens where a host's guests are, which may be another network namespace.

A thread that changed its namespace would take everything it does later along: so a short-lived one
makes the socket, which stays where it was made.
"""

from __future__ import annotations

import ctypes
import os
import socket
import threading
from pathlib import Path

IP_FREEBIND = 15
CLONE_NEWNET = 0x40000000
BACKLOG = 64
NAMED = Path("/run/netns")


def listening(address: str, port: int, namespace: str | None = None) -> socket.socket:
    """Raises OSError. The address may come later than this: it is on a bridge that guests make."""
    if not namespace:
        return _listen(address, port)
    made: list[socket.socket] = []
    faults: list[OSError] = []

    def work() -> None:
        try:
            _enter(NAMED / namespace)
            made.append(_listen(address, port))
        except OSError as fault:
            faults.append(fault)

    thread = threading.Thread(target=work, name=f"listen in {namespace}")
    thread.start()
    thread.join()
    if faults:
        raise faults[0]
    return made[0]


def _listen(address: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.IPPROTO_IP, IP_FREEBIND, 1)
        made.bind((address, port))
        made.listen(BACKLOG)
    except OSError:
        made.close()
        raise
    return made


def _enter(path: Path) -> None:
    """Move this thread, and no other, into a network namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if libc.setns(file, CLONE_NEWNET) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(path))
    finally:
        os.close(file)
