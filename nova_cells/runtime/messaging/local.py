# SPDX-License-Identifier: Apache-2.0
"""`local://name`: a bus inside this process, as a driver of oslo.messaging.

For the embedded mode and tests. It behaves as a broker does (competing consumers, addressed
servers, fan-out, messages that wait and expire) and serialises to JSON bytes like one, so nothing
works here that fails on RabbitMQ. A message goes to its server's threads the moment it is sent.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
from oslo_config import cfg
from oslo_messaging import MessageUndeliverable, MessagingTimeout, Target
from oslo_messaging._drivers import base, common

PENDING = 10_000
"""Messages a queue without a server keeps; beyond that the oldest go."""


class _Reply:
    """Where a caller waits for its answer."""

    __slots__ = ("_arrived", "body")

    def __init__(self) -> None:
        self._arrived = threading.Lock()
        self._arrived.acquire()
        self.body: bytes | None = None

    def put(self, body: bytes) -> None:
        if self.body is None:
            self.body = body
            self._arrived.release()

    def wait(self, timeout: float | None) -> bytes | None:
        self._arrived.acquire(timeout=-1 if timeout is None else timeout)
        return self.body


class _Incoming(base.RpcIncomingMessage):  # type: ignore[misc]
    """One delivered message."""

    def __init__(self, body: bytes, reply: _Reply | None) -> None:
        document = orjson.loads(body)
        super().__init__(document["context"], document["message"], msg_id="")
        self._reply = reply

    def reply(self, reply: Any = None, failure: Any = None) -> None:
        if self._reply is None:
            return
        document: dict[str, Any] = {"result": reply}
        if failure is not None:
            document = {"failure": common.serialize_remote_exception(failure)}
        self._reply.put(orjson.dumps(document))

    def requeue(self) -> None:
        """Never asked for: RPC servers acknowledge before they work."""

    def heartbeat(self) -> None:
        """The caller is in this process and needs no sign of life."""


@dataclass(slots=True)
class _Message:
    body: bytes
    reply: _Reply | None
    expires: float


class _Listener(base.Listener):  # type: ignore[misc]
    """One server; hands messages to oslo.messaging's executor in the sender's thread."""

    def __init__(self, exchange: _Exchange, target: Target) -> None:
        super().__init__(1, None)
        self._exchange = exchange
        self.topic = target.topic
        self.server = target.server

    def start(self, on_incoming_callback: Callable[[list[Any]], None]) -> None:
        super().start(on_incoming_callback)
        self._exchange.attach(self)

    def take(self, message: _Message) -> bool:
        """Give a message to the server; false when it has just stopped."""
        callback = self.on_incoming_callback
        if callback is None:
            return False
        callback([_Incoming(message.body, message.reply)])
        return True

    def stop(self) -> None:
        self._exchange.detach(self)
        super().stop()

    def cleanup(self) -> None:
        """Nothing is held."""


class _Exchange:
    """The queues of one bus: by topic, and by topic and server."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[tuple[str, str | None], deque[_Message]] = {}
        self._listeners: dict[tuple[str, str | None], deque[_Listener]] = {}

    def attach(self, listener: _Listener) -> None:
        for key in ((listener.topic, None), (listener.topic, listener.server)):
            with self._lock:
                self._listeners.setdefault(key, deque()).append(listener)
                waiting = self._queues.setdefault(key, deque(maxlen=PENDING))
                messages = list(waiting)
                waiting.clear()
            for message in messages:
                self._deliver(key, message)

    def detach(self, listener: _Listener) -> None:
        for key in ((listener.topic, None), (listener.topic, listener.server)):
            with self._lock:
                if listener in self._listeners.get(key, ()):
                    self._listeners[key].remove(listener)

    def send(self, target: Target, message: _Message) -> bool:
        """Deliver or keep; false when no such queue has ever been declared."""
        if target.fanout:
            with self._lock:
                everyone = list(self._listeners.get((target.topic, None), ()))
            for listener in everyone:
                listener.take(message)
            return True
        return self._deliver((target.topic, target.server), message)

    def _deliver(self, key: tuple[str, str | None], message: _Message) -> bool:
        if message.expires < time.monotonic():
            return True
        while True:
            listener, known = self._next_listener_or_keep(key, message)
            if listener is None:
                return known
            if listener.take(message):
                return True

    def _next_listener_or_keep(
        self, key: tuple[str, str | None], message: _Message
    ) -> tuple[_Listener | None, bool]:
        """Whose turn it is; where nobody listens the message waits, if the queue is known."""
        with self._lock:
            listeners = self._listeners.get(key)
            if listeners:
                listeners.rotate(-1)
                return listeners[-1], True
            queue = self._queues.get(key)
            if queue is not None:
                queue.append(message)
            return None, queue is not None


_exchanges: weakref.WeakValueDictionary[str, _Exchange] = weakref.WeakValueDictionary()
_exchanges_lock = threading.Lock()


def _exchange_named(name: str) -> _Exchange:
    with _exchanges_lock:
        exchange = _exchanges.get(name)
        if exchange is None:
            exchange = _exchanges[name] = _Exchange()
        return exchange


class LocalDriver(base.BaseDriver):  # type: ignore[misc]
    """The driver; all with the same URL in one process share a bus."""

    def __init__(
        self,
        conf: cfg.ConfigOpts,
        url: Any,
        default_exchange: str | None = None,
        allowed_remote_exmods: list[str] | None = None,
    ) -> None:
        super().__init__(conf, url, default_exchange, allowed_remote_exmods)
        host = url.hosts[0].hostname if url.hosts else ""
        self._exchange = _exchange_named(f"{host}/{url.virtual_host or ''}")

    def send(
        self,
        target: Target,
        ctxt: dict[str, Any],
        message: dict[str, Any],
        wait_for_reply: bool | None = None,
        timeout: float | None = None,
        call_monitor_timeout: float | None = None,
        retry: int | None = None,
        transport_options: Any = None,
    ) -> Any:
        body = orjson.dumps({"context": ctxt, "message": message})
        reply = _Reply() if wait_for_reply else None
        life = timeout if timeout is not None else float("inf")
        routed = self._exchange.send(target, _Message(body, reply, time.monotonic() + life))
        if not routed and transport_options is not None and transport_options.at_least_once:
            raise MessageUndeliverable("no such queue", None, target.topic, None)
        return None if reply is None else self._answer(reply, timeout, target)

    def _answer(self, reply: _Reply, timeout: float | None, target: Target) -> Any:
        body = reply.wait(timeout)
        if body is None:
            raise MessagingTimeout(f"no answer on {target.topic}")
        document = orjson.loads(body)
        if "failure" in document:
            raise common.deserialize_remote_exception(
                document["failure"], self._allowed_remote_exmods
            )
        return document["result"]

    def listen(self, target: Target, batch_size: int, batch_timeout: float | None) -> _Listener:
        return _Listener(self._exchange, target)

    def send_notification(
        self, target: Target, ctxt: Any, message: Any, version: float, retry: int | None = None
    ) -> None:
        self.send(target, ctxt, message)

    def listen_for_notifications(
        self, targets_and_priorities: Any, pool: Any, batch_size: Any, batch_timeout: Any
    ) -> _Listener:
        target = next(iter(targets_and_priorities))[0]
        return _Listener(self._exchange, target)

    def cleanup(self) -> None:
        """The bus lives as long as anybody in the process uses it."""
