# SPDX-License-Identifier: Apache-2.0
"""A connection to one libvirtd that is made when needed and made again when it broke.

Work given to `run` may be done twice: the first time the connection may break in the middle of it,
and nobody knows how far it came. So all of it is idempotent.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

import libvirt

from nova_cells.cell.compute.drivers.interface import HypervisorUnreachable

T = TypeVar("T")
_BROKEN = frozenset(
    {
        libvirt.VIR_ERR_NO_CONNECT,
        libvirt.VIR_ERR_INVALID_CONN,
        libvirt.VIR_ERR_RPC,
        libvirt.VIR_ERR_NO_SERVER,
        libvirt.VIR_ERR_AUTH_FAILED,
    }
)
_MAYBE_BROKEN = frozenset({libvirt.VIR_ERR_SYSTEM_ERROR, libvirt.VIR_ERR_INTERNAL_ERROR})
KEEPALIVE_COUNT = 5
OPEN_SECONDS = 10.0


class Hypervisor:
    """Shared by all threads of a driver; libvirt's connections are safe for that."""

    def __init__(self, uri: str, *, keepalive: float = 5.0) -> None:
        self.uri = uri
        self._keepalive = max(1, round(keepalive))
        self._lock = threading.Lock()
        self._connection: libvirt.virConnect | None = None
        self._opening: Future[libvirt.virConnect] | None = None
        self._changed: Callable[[str], None] | None = None

    def run(self, work: Callable[[libvirt.virConnect], T]) -> T:
        """Do `work`, once more on a new connection if it broke; errors of libvirt pass through."""
        connection = self._open()
        try:
            return work(connection)
        except libvirt.libvirtError as error:
            if not self._broke(connection, error):
                raise
            self._forget(connection)
        connection = self._open()
        try:
            return work(connection)
        except libvirt.libvirtError as error:
            if not self._broke(connection, error):
                raise
            self._forget(connection)
            raise self._unreachable(error) from error

    def watch(self, changed: Callable[[str], None]) -> None:
        """Have `changed` hear of domains that start, stop, pause …; on later connections too."""
        with self._lock:
            self._changed, connection = changed, self._connection
        if connection is not None:
            self._listen(connection)

    def _listen(self, connection: libvirt.virConnect) -> None:
        changed = self._changed
        if changed is None:
            return
        try:
            connection.domainEventRegisterAny(
                None,
                libvirt.VIR_DOMAIN_EVENT_ID_LIFECYCLE,
                lambda _connection, domain, *_details: changed(domain.UUIDString()),
                None,
            )
        except libvirt.libvirtError:
            return  # it broke at once; the next connection is listened to

    def close(self) -> None:
        with self._lock:
            connection, self._connection = self._connection, None
        if connection is not None:
            _close(connection)

    def _open(self) -> libvirt.virConnect:
        """The connection, made by a thread of its own: a daemon that hangs never answers that."""
        with self._lock:
            if self._connection is not None:
                return self._connection
            if self._opening is None:
                self._opening = self._begin_to_open()
            opening = self._opening
        try:
            connection = opening.result(OPEN_SECONDS)
        except TimeoutError as late:
            raise self._unreachable("it does not finish its greeting") from late
        except libvirt.libvirtError as error:
            self._settle(opening, None)
            raise self._unreachable(error) from error
        return self._settle(opening, connection)

    def _begin_to_open(self) -> Future[libvirt.virConnect]:
        start_event_loop()
        opening: Future[libvirt.virConnect] = Future()
        threading.Thread(
            target=_connect, args=(self.uri, self._keepalive, opening), daemon=True
        ).start()
        return opening

    def _settle(
        self, opening: Future[libvirt.virConnect], connection: libvirt.virConnect | None
    ) -> libvirt.virConnect:
        """The first of those who waited keeps what came of it, for all."""
        with self._lock:
            first = self._opening is opening
            if first:
                self._opening, self._connection = None, connection
            used = self._connection or connection
        if first and connection is not None:
            self._listen(connection)
        return used

    def _unreachable(self, why: object) -> HypervisorUnreachable:
        return HypervisorUnreachable("The hypervisor does not answer.", f"{self.uri}: {why}")

    def _broke(self, connection: libvirt.virConnect, error: libvirt.libvirtError) -> bool:
        code = error.get_error_code()
        if code in _BROKEN or error.get_error_domain() == libvirt.VIR_FROM_RPC:
            return True
        return code in _MAYBE_BROKEN and not _alive(connection)

    def _forget(self, connection: libvirt.virConnect) -> None:
        with self._lock:
            if self._connection is connection:
                self._connection = None


def _connect(uri: str, keepalive: int, opening: Future[libvirt.virConnect]) -> None:
    try:
        connection = libvirt.open(uri)
        connection.setKeepAlive(keepalive, KEEPALIVE_COUNT)
    except libvirt.libvirtError as error:
        opening.set_exception(error)
    else:
        opening.set_result(connection)


def _alive(connection: libvirt.virConnect) -> bool:
    try:
        return bool(connection.isAlive())
    except libvirt.libvirtError:
        return False


def _close(connection: libvirt.virConnect) -> None:
    try:
        connection.close()
    except libvirt.libvirtError:
        return  # it was broken already: there is nothing left to give back


_loop_lock = threading.Lock()
_loop: threading.Thread | None = None


def start_event_loop() -> None:
    """libvirt's own loop, one a process: without it nobody notices a daemon that hangs."""
    global _loop
    with _loop_lock:
        if _loop is None:
            libvirt.registerErrorHandler(lambda context, error: None, None)
            libvirt.virEventRegisterDefaultImpl()
            _loop = threading.Thread(target=_turn, name="libvirt-events", daemon=True)
            _loop.start()


def _turn() -> None:
    while True:
        libvirt.virEventRunDefaultImpl()
