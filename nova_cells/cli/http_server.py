# SPDX-License-Identifier: Apache-2.0
"""waitress as a service: the API's WSGI application on a port."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from waitress import wasyncore
from waitress.channel import HTTPChannel
from waitress.server import create_server

from nova_cells.runtime.workers import listening

MAX_BODY = 1024 * 1024
PATIENCE = 1.5
OVERFLOW = 16 * 1024 * 1024  # a list of 1,000 servers is 2 MB and need not go through a file


class HttpServer:
    """Serves `application`; the port is taken in `start`, so that a taken one fails there.

    `inherited` is a port that listens already, which other processes may serve too. `limits`: of
    waitress, in place of those that suit the API. `per_peer`: connections one address may have.
    """

    def __init__(
        self,
        application: Any,
        host: str,
        port: int,
        threads: int,
        *,
        inherited: socket.socket | None = None,
        limits: Mapping[str, int] | None = None,
        per_peer: int | None = None,
    ) -> None:
        self._application = application
        self._address = (host, port)
        self._inherited = inherited
        self._per_peer = per_peer
        self._options = {
            "threads": threads,
            "ident": None,
            "max_request_body_size": MAX_BODY,
            "outbuf_overflow": OVERFLOW,
            "clear_untrusted_proxy_headers": True,
            **(limits or {}),
        }
        self._server: Any = None
        self._thread: threading.Thread | None = None

    @property
    def port(self) -> int:
        """Where it listens, once it is started: the given port, or the one it was given."""
        return int(self._server.socket.getsockname()[1])

    def start(self) -> None:
        """Listen, and serve from a thread of its own."""
        port = self._inherited or listening(*self._address)
        self._server = create_server(self._application, sockets=[port], **self._options)
        if self._per_peer is not None:
            self._server.channel_class = partial(_one_of_few, self._per_peer)
        self._thread = threading.Thread(target=self._server.run, name="http", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; requests in hand are finished and their answers sent."""
        server = self._server
        if server is None:
            return
        self._in_loop(lambda: wasyncore.dispatcher.close(server))  # its own ends answering too
        work = server.task_dispatcher
        _wait_while(lambda: bool(work.queue))
        work.shutdown(cancel_pending=True, timeout=PATIENCE)
        channels = server.active_channels
        _wait_while(lambda: any(each.total_outbufs_len for each in list(channels.values())))
        self._in_loop(server.trigger.close)

    def _in_loop(self, work: Callable[[], None]) -> None:
        """Have the thread that selects do it: a socket closed under its hands ends that thread."""
        done = threading.Event()

        def do() -> None:
            work()
            done.set()

        self._server.trigger.pull_trigger(do)
        done.wait(PATIENCE)


def _one_of_few(most: int, server: Any, connection: Any, peer: Any, *more: Any, **how: Any) -> Any:
    """A connection, unless its peer has so many that others would find no place."""
    held = sum(channel.addr[0] == peer[0] for channel in server.active_channels.values())
    if held >= most:
        connection.close()
        return None
    return HTTPChannel(server, connection, peer, *more, **how)


def _wait_while(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while condition() and time.monotonic() < until:
        time.sleep(0.01)
