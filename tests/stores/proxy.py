# SPDX-License-Identifier: Apache-2.0
"""A TCP relay that a test can cut: so a server "goes away" for one test and not for the others."""

from __future__ import annotations

import contextlib
import socket
import threading


class Proxy:
    """Listens on a port of its own and passes bytes to `port` on loopback, unless cut.

    With `cut_at` (bytes, upper case) a connection is cut when what its client sends ends so, before
    it reaches the server: cut at COMMIT, the outcome is unknown to the client.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        self._open = True
        self._flows = threading.Event()
        self._flows.set()
        self.cut_at: bytes | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Drop all connections and refuse new ones."""
        self._open = False
        self.drop()

    def mend(self) -> None:
        """Pass bytes again."""
        self._open = True

    def freeze(self) -> None:
        """Keep the connections and pass nothing, as a server that hangs does."""
        self._flows.clear()

    def thaw(self) -> None:
        """Pass what was held and all that follows."""
        self._flows.set()

    def drop(self) -> None:
        """Drop all connections; new ones are welcome."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for side in pair:
                _end(side)

    def close(self) -> None:
        """End the relay."""
        self.cut()
        self.thaw()
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            if not self._open:
                client.close()
                continue
            self._relay(client)

    def _relay(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self._target))
        with self._lock:
            self._pairs.append((client, server))
        for source, sink, watched in ((client, server, True), (server, client, False)):
            threading.Thread(target=self._pump, args=(source, sink, watched), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, watched: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if watched and self._is_the_end(data):
                    break
                self._flows.wait()
                sink.sendall(data)
        _end(source)
        _end(sink)

    def _is_the_end(self, data: bytes) -> bool:
        return self.cut_at is not None and data.rstrip(b"\0").upper().endswith(self.cut_at)


def _end(side: socket.socket) -> None:
    with contextlib.suppress(OSError):
        side.shutdown(socket.SHUT_RDWR)
    side.close()
