# SPDX-License-Identifier: Apache-2.0
"""oslo.messaging's transport, with an end to every message's life."""

from __future__ import annotations

from typing import Any

import oslo_messaging
from oslo_messaging.rpc.transport import msg_transport

CAST_LIFE = 60.0
"""Seconds a cast waits for a dead server; the journal has sent it again long before."""


class BoundedTransport(msg_transport.RPCTransport):  # type: ignore[misc]
    """A call lives as long as its deadline; a cast would wait for ever, so it gets a life too."""

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
        return super()._send(
            target, ctxt, message, wait_for_reply=wait_for_reply, timeout=timeout, **options
        )
