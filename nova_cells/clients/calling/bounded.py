# SPDX-License-Identifier: Apache-2.0
"""HTTP whose answers end: all of one comes within its time and is not longer than allowed.

A plain time-out is for one read from the socket, so a peer that sends a byte now and then holds a
thread for ever, and one that never stops fills the memory. Nothing is taken from the environment
(proxies, .netrc), and packed bodies are refused: a small one unpacks to anything.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from typing import Any

import requests
from keystoneauth1.session import TCPKeepAliveAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

LONGEST = 32 << 20  # bytes; a list of ten thousand ports has about ten millions
CONNECTIONS = 32


class TooLong(OSError):
    """The answer has more bytes than any answer may have."""


class _Reader(io.RawIOBase):
    """Reads from a socket until the time that the socket waits at most has gone by in all."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._socket = sock
        self._raw: Any = sock.makefile("rb", buffering=0)
        wait = sock.gettimeout()
        self._until = None if wait is None else time.monotonic() + wait
        self._left = LONGEST

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._until is not None:
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeoutError("the answer did not end in time")
            self._socket.settimeout(left)
        count: int | None = self._raw.readinto(buffer)
        self._left -= count or 0
        if self._left < 0:
            raise TooLong(f"the answer is longer than {LONGEST} bytes")
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *words: Any, **more: Any) -> None:
        super().__init__(sock, *words, **more)
        self.fp.close()
        self.fp = io.BufferedReader(_Reader(sock))


class _Plain(HTTPConnection):
    response_class = _Answer


class _Secure(HTTPSConnection):
    response_class = _Answer


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Adapter(TCPKeepAliveAdapter):
    def init_poolmanager(self, *words: Any, **more: Any) -> None:
        super().init_poolmanager(*words, **more)
        pools = {"http": _PlainPool, "https": _SecurePool}
        self.poolmanager.pool_classes_by_scheme = pools

    def send(self, *words: Any, **more: Any) -> requests.Response:
        response = super().send(*words, **more)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            response.close()
            raise requests.exceptions.ContentDecodingError("a packed answer nobody asked for")
        return response


def http_session() -> requests.Session:
    """For documents: bounded in time and size."""
    return _session(_Adapter(pool_maxsize=CONNECTIONS))


def stream_session() -> requests.Session:
    """For the bytes of images, which are as many as they are: each read has its time."""
    return _session(TCPKeepAliveAdapter(pool_maxsize=CONNECTIONS))


def _session(adapter: TCPKeepAliveAdapter) -> requests.Session:
    session = requests.Session()
    session.trust_env = False
    session.headers["Accept-Encoding"] = "identity"
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session
