# SPDX-License-Identifier: Apache-2.0
"""The listening side of the console proxy, as a service."""

from __future__ import annotations

import contextlib
import logging
import resource
import socket
import ssl
import sys
import threading
from collections.abc import Iterator
from http.server import HTTPServer
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any

from nova_cells.cell.console.grants import Grants, NotAdmitted
from nova_cells.cell.console.handler import ConsoleHandler

LOG = logging.getLogger(__name__)

POLL = 0.1  # seconds until a stop is noticed
IDLE = 50  # connections beside the consoles: pages, and those that have said nothing yet
FILES = 200  # open files beside those of connections


class ConsoleServer(ThreadingMixIn, HTTPServer):
    """A thread a connection; the names below are those that websockify looks for, and ours."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    request_queue_size = 128  # with the five of the standard library a burst waits a second
    # websockify's:
    token_plugin = auth_plugin = heartbeat = None
    file_only = True
    verbose = False
    logger = LOG

    def __init__(self, options: Any, grants: Grants) -> None:
        self.grants = grants
        self.web = options.web
        self.only_upgrade = not (options.web and Path(options.web).is_dir())
        self.allowed_origins = list(options.allowed_origins)
        self.connect_timeout = options.connect_timeout
        self._places = threading.BoundedSemaphore(options.max_connections)
        self._connections = threading.BoundedSemaphore(options.max_connections + IDLE)
        self._open: set[Any] = set()
        self._lock = threading.Lock()
        self._tls = _tls(options)
        if ":" in options.host:
            self.address_family = socket.AF_INET6
        super().__init__((options.host, options.port), ConsoleHandler)

    @contextlib.contextmanager
    def place(self) -> Iterator[None]:
        """One of the connections there may be at a time."""
        if not self._places.acquire(blocking=False):
            raise NotAdmitted(503, "Too many consoles are open. Try again later.")
        try:
            yield
        finally:
            self._places.release()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Threads and open files are bounded, whoever knocks."""
        if self._connections.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            LOG.warning("connection of %s dropped: there are too many", client_address[0])
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._connections.release()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """In the connection's own thread: a slow handshake holds up nobody else."""
        if self._tls is not None:
            request.settimeout(ConsoleHandler.timeout)
            request = self._tls.wrap_socket(request, server_side=True)
        with self._lock:
            self._open.add(request)
        try:
            super().finish_request(request, client_address)
        finally:
            with self._lock:
                self._open.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Browsers go away in the middle; that is no trace's worth."""
        LOG.info("connection of %s ended: %s", client_address[0], sys.exc_info()[1])

    def close_all(self) -> None:
        """End every console that is open."""
        with self._lock:
            requests = list(self._open)
        for request in requests:
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)


class ConsoleProxy:
    """A service with `start` and `stop`."""

    def __init__(self, options: Any, grants: Grants) -> None:
        self._options = options
        self._grants = grants
        self._server: ConsoleServer | None = None

    @property
    def port(self) -> int:
        """Where it listens, once it is started: the configured port, or the one it was given."""
        assert self._server is not None
        return int(self._server.server_address[1])

    def start(self) -> None:
        _have_files_for(self._options.max_connections)
        self._server = ConsoleServer(self._options, self._grants)
        thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL,), name="consoles", daemon=True
        )
        thread.start()
        LOG.info("consoles are served on %s:%s", self._options.host, self.port)

    def stop(self) -> None:
        """Consoles that are open end; guests do not notice."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server.close_all()
            self._server = None


def _have_files_for(consoles: int) -> None:
    """Services begin with a soft limit of 1,024 files in most systems; the hard one is ours."""
    wanted = 2 * consoles + IDLE + FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and wanted > hard:
        LOG.warning("for %s consoles %s files may be open; %s are needed", consoles, hard, wanted)
        wanted = hard
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _tls(options: Any) -> ssl.SSLContext | None:
    if not options.cert:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(options.cert, options.key or None)
    return context
