# SPDX-License-Identifier: Apache-2.0
"""waitress as a service: the API's WSGI application on a port."""

from __future__ import annotations

import socket
import threading
from typing import Any

from waitress.server import create_server

MAX_BODY = 1024 * 1024
OVERFLOW = 16 * 1024 * 1024  # a list of 1,000 servers is 2 MB and need not go through a file


class HttpServer:
    """Serves `application`; the port is taken in `start`, so that a taken one fails there.

    `inherited` is a port that listens already, which other processes serve too.
    """

    def __init__(
        self,
        application: Any,
        host: str,
        port: int,
        threads: int,
        *,
        inherited: socket.socket | None = None,
    ) -> None:
        self._application = application
        where = {"host": host, "port": port} if inherited is None else {"sockets": [inherited]}
        self._options = {
            **where,
            "threads": threads,
            "ident": None,
            "max_request_body_size": MAX_BODY,
            "outbuf_overflow": OVERFLOW,
            "clear_untrusted_proxy_headers": True,
        }
        self._server: Any = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Listen, and serve from a thread of its own."""
        self._server = create_server(self._application, **self._options)
        self._thread = threading.Thread(target=self._server.run, name="http", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; requests in hand are finished by their threads."""
        if self._server is not None:
            self._server.close()
            self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=2)
