# SPDX-License-Identifier: Apache-2.0
"""Bytes between a WebSocket and a guest, until either side ends.

websockify's own loop waits by `select`, which knows only the first 1,024 files of a process, and
reads on where the other side takes nothing; this one waits by `poll` and reads no more than it has
handed on. It wakes up for bytes only: an idle console costs nothing.
"""

from __future__ import annotations

import select
import socket
from typing import Any

MOST = 65536
STALLED = 60.0  # seconds a side may take nothing of what it is sent
_KEEPALIVE = ((socket.TCP_KEEPIDLE, 60), (socket.TCP_KEEPINTVL, 20), (socket.TCP_KEEPCNT, 3))

Ended = tuple[int, str]
"""The WebSocket's code and reason."""


def relay(handler: Any, guest: socket.socket) -> Ended:
    """`handler`: websockify's, its WebSocket as `request`; raises OSError when a side broke."""
    client = handler.request
    for side in (handler.connection, guest):
        keep_alive(side)
        side.settimeout(STALLED)
    poll = select.poll()
    for side in (client, guest):
        poll.register(side.fileno(), select.POLLIN)
    while True:
        ready = {file for file, _ in poll.poll()}
        if client.fileno() in ready:
            said, closed = handler.recv_frames()
            guest.sendall(b"".join(said))
            if closed:
                return closed["code"], closed["reason"]
        if guest.fileno() in ready:
            shown = guest.recv(MOST)
            if not shown:
                return 1000, "The guest's console was closed."
            handler.send_frames([shown])


def keep_alive(side: socket.socket) -> None:
    """A peer that vanished without a word is noticed within two minutes."""
    side.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEPALIVE:
        side.setsockopt(socket.IPPROTO_TCP, option, value)
