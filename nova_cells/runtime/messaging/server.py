# SPDX-License-Identifier: Apache-2.0
"""Serves an interface: calls the endpoint's method of the same name with decoded arguments."""

from __future__ import annotations

import concurrent.futures
import logging
import threading
from collections.abc import Callable
from typing import Any

import oslo_messaging
from oslo_messaging.rpc.server import RPCServer

from nova_cells.contracts.faults import Refused
from nova_cells.contracts.interface import Interface, Method
from nova_cells.runtime import context
from nova_cells.runtime.database_fault import DatabaseFault
from nova_cells.runtime.messaging import envelope
from nova_cells.runtime.messaging.wire import decode, encode

LOG = logging.getLogger(__name__)

START_PATIENCE = 5.0
START_PAUSE = 2.0
STOP_PATIENCE = 3.0


class Server:
    """A served interface; made by `Bus.serve`.

    The endpoint raises Refused to refuse. Anything else it raises is logged here, and its caller
    sees Unknown.
    """

    def __init__(
        self,
        interface: Interface,
        transport: oslo_messaging.Transport,
        endpoint: object,
        *,
        address: str,
        threads: int,
    ) -> None:
        self.interface = interface
        self.address = address
        self._threads = threads
        self._transport = transport
        self._adapted = _adapt(interface, endpoint)
        self._serving: _Serving | None = None

    def start(self) -> None:
        """Take calls from now on.

        A broker that is away or refuses us is waited for in the background: a process with many
        cells must not wait for one of them.
        """
        self._serving = _Serving(self._new_server, self.interface.name, self._threads)
        self._serving.start()

    def stop(self) -> None:
        """Take no more, finish those under way (up to a few seconds)."""
        if self._serving is not None:
            self._serving.stop()

    def move_to(self, transport: oslo_messaging.Transport) -> None:
        """Take calls from another bus; those under way are finished."""
        before, self._transport = self._serving, transport
        if before is not None and not before.stopping:
            self.start()
            before.stop()

    def _new_server(self) -> Any:
        """oslo.messaging's server; one that failed to start can't be started again."""
        return oslo_messaging.get_rpc_server(
            self._transport,
            oslo_messaging.Target(topic=self.interface.topic, server=self.address),
            [self._adapted],
            access_policy=oslo_messaging.DefaultRPCAccessPolicy,
            server_cls=_PooledServer,
        )


class _Serving:
    """One attempt to serve, from its start to its stop."""

    def __init__(self, make: Callable[[], Any], name: str, threads: int) -> None:
        self._make = make
        self._name = name
        self._threads = threads
        self._server = make()
        self._stopping = threading.Event()
        self._starter = threading.Thread(target=self._start, name=f"serve {name}", daemon=True)

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    def start(self) -> None:
        self._starter.start()
        self._starter.join(START_PATIENCE)
        if self._starter.is_alive():
            LOG.warning("%s is not served yet: its bus does not answer", self._name)

    def stop(self) -> None:
        self._stopping.set()
        stopper = threading.Thread(target=self._finish, name="stop serving", daemon=True)
        stopper.start()
        stopper.join(STOP_PATIENCE)
        if stopper.is_alive():
            LOG.warning("%s: left calls under way behind", self._name)

    def _start(self) -> None:
        while not self._stopping.is_set():
            try:
                self._server.start(override_pool_size=self._threads)
                return
            except Exception as error:  # noqa: BLE001 - a process loop: it may later
                LOG.warning("cannot serve %s: %s", self._name, type(error).__name__)
            self._server = self._make()
            self._stopping.wait(START_PAUSE)

    def _finish(self) -> None:
        self._starter.join()
        self._server.stop()
        self._server.wait()


class _PooledServer(RPCServer):  # type: ignore[misc]
    """With Python's own thread pool: oslo's lets every idle thread wake up each second, starts all
    threads whether needed or not, and takes a second to end.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._executor_cls = concurrent.futures.ThreadPoolExecutor


def _adapt(interface: Interface, endpoint: object) -> object:
    """The endpoint as oslo.messaging wants it: methods of (context, **arguments)."""
    adapted = {
        name: _handler(method, getattr(endpoint, name), f"{interface.name}.{name}")
        for name, method in interface.methods.items()
    }
    target = oslo_messaging.Target(namespace=interface.name, version=interface.version)
    return type(f"{interface.name.title()}Endpoint", (), {**adapted, "target": target})()


def _handler(method: Method, function: Callable[..., Any], label: str) -> Callable[..., Any]:
    known = {parameter.name for parameter in method.parameters}

    def handle(self: object, carried: dict[str, Any], **arguments: Any) -> dict[str, Any]:
        reads = arguments.get(envelope.READS)
        with context.use(_request(carried)):
            try:
                given = {key: decode(arguments[key]) for key in arguments if key in known}
                return envelope.value(encode(function(**given), reads))
            except Refused as refused:
                return envelope.refusal(refused)
            except DatabaseFault as fault:
                # Known and passing, and it meets every call while it lasts: one line each.
                LOG.warning("%s failed: %s", label, fault)
                return envelope.failure(fault)
            except Exception as error:  # the process's loop of incoming calls
                LOG.exception("%s failed", label)
                return envelope.failure(error)

    handle.__name__ = method.name
    return handle


def _request(carried: dict[str, Any]) -> context.RequestContext | None:
    return context.RequestContext.from_dict(carried) if carried.get("request_id") else None
