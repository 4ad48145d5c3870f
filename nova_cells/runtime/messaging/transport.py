# SPDX-License-Identifier: Apache-2.0
"""oslo.messaging's transport, with an end to every message's life and to every wait."""

from __future__ import annotations

import functools
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import oslo_messaging
from amqp.exceptions import AMQPError
from kombu.exceptions import KombuError
from oslo_messaging.rpc.transport import msg_transport

LOG = logging.getLogger(__name__)

CAST_LIFE = 60.0
"""Seconds a cast waits for a dead server; the journal has sent it again long before."""
CAST_PATIENCE = 5.0
CLOSE_PATIENCE = 1.0
SLACK = 0.2
SENDERS = 64


class BoundedTransport(msg_transport.RPCTransport):  # type: ignore[misc]
    """A call lives as long as its deadline; a cast would wait for ever, so it gets a life too.

    oslo.messaging's first call opens the queue for replies and waits for the broker without limit.
    Here a thread does that, and a call waits for the thread no longer than its deadline. Sending to
    a broker that hangs takes as long as sockets do; threads do that too, and callers leave in time.
    """

    def __init__(self, driver: Any) -> None:
        super().__init__(driver)
        self._open_replies: Any = getattr(driver, "_get_reply_q", None)
        self._opened = threading.Event()
        self._opening = threading.Lock()
        self._senders: ThreadPoolExecutor | None = None
        if self._open_replies is None:
            self._opened.set()
        else:
            self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="send")

    def _send(
        self,
        target: oslo_messaging.Target,
        ctxt: dict[str, Any],
        message: dict[str, Any],
        wait_for_reply: bool | None = None,
        timeout: float | None = None,
        **options: Any,
    ) -> Any:
        if timeout is None and not target.fanout:
            timeout = CAST_LIFE
        if wait_for_reply and not self._opened.is_set():
            timeout = self._await_replies(timeout)
        send = functools.partial(
            super()._send,
            target,
            ctxt,
            message,
            wait_for_reply=wait_for_reply,
            timeout=timeout,
            **options,
        )
        if self._senders is None:
            return send()
        patience = timeout + SLACK if wait_for_reply and timeout is not None else CAST_PATIENCE
        return self._bounded(self._senders.submit(_translated, send), patience)

    def _bounded(self, sending: Future[Any], patience: float) -> Any:
        try:
            return sending.result(patience)
        except TimeoutError:
            sending.cancel()
            raise oslo_messaging.MessagingTimeout("the bus does not take it") from None

    def _await_replies(self, timeout: float | None) -> float | None:
        """Wait until answers can be received; answers what is left of the deadline."""
        start = time.monotonic()
        if self._opening.acquire(blocking=False):
            threading.Thread(target=self._open, name="open replies", daemon=True).start()
        if not self._opened.wait(timeout):
            raise oslo_messaging.MessagingTimeout("the bus does not answer")
        return None if timeout is None else max(0.1, timeout - (time.monotonic() - start))

    def _open(self) -> None:
        try:
            self._open_replies()
            self._opened.set()
        except Exception as error:  # noqa: BLE001 - the next call tries again
            LOG.warning("no queue for replies: %s", type(error).__name__)
        finally:
            self._opening.release()

    def cleanup(self) -> None:
        """Close all connections; a broker that does not answer is not waited for."""
        closer = threading.Thread(target=super().cleanup, name="close bus", daemon=True)
        closer.start()
        closer.join(CLOSE_PATIENCE)
        if self._senders is not None:
            self._senders.shutdown(wait=False, cancel_futures=True)


def _translated(send: Callable[[], Any]) -> Any:
    """What a broker's libraries raise, as oslo.messaging's own."""
    try:
        return send()
    except (KombuError, AMQPError, OSError) as error:
        raise oslo_messaging.MessageDeliveryFailure(type(error).__name__) from error
