# SPDX-License-Identifier: Apache-2.0
"""A guest's console: a real TCP server that greets, and gives back what it is told."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress

GREETING = b"RFB 003.008\n"


class Guest:
    """`path`: the one that has to be asked for by CONNECT first; `answer`: what is said to that."""

    def __init__(self, path: str | None = None, answer: bytes = b"HTTP/1.1 200 OK\r\n\r\n") -> None:
        self._path = path
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.asked: list[bytes] = []
        self.left = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection:
            if self._path is not None:
                self.asked.append(connection.recv(4096))
                connection.sendall(self._answer + GREETING)
            else:
                connection.sendall(GREETING)
            with suppress(OSError):
                while said := connection.recv(65536):
                    if said == b"bye":
                        return
                    connection.sendall(said)
            self.left.set()
