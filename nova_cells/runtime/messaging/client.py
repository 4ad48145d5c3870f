# SPDX-License-Identifier: Apache-2.0
"""Clients generated from an interface: one method per declared method, keyword arguments only."""

from __future__ import annotations

import functools
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import oslo_messaging

from nova_cells.contracts.faults import FaultCode, Refused, Unknown
from nova_cells.contracts.interface import Interface, Method
from nova_cells.runtime import context, crash
from nova_cells.runtime import transaction_scope as scope
from nova_cells.runtime.messaging import envelope
from nova_cells.runtime.messaging.wire import decode, encode, versions_of

LOG = logging.getLogger(__name__)

Peer = Callable[[], Mapping[str, Any] | None]
"""What the other side advertised: {"interfaces": {name: [low, high]}, "objects": {name: version}}.

None means nothing is known of it: it is spoken to in the newest versions.
"""

SEND_RETRIES = 1
_TOO_NEW = ("UnsupportedVersion", "NoSuchMethod")


class Client:
    """Has the interface's methods; `_deadline=` seconds overrides the declared deadline of a call.

    A call returns the value, raises Refused (the peer did nothing) or Unknown (nobody can tell). A
    cast returns when the bus has taken the message, and raises Unknown if the bus did not.
    """

    def __init__(
        self,
        interface: Interface,
        transport: oslo_messaging.Transport,
        calls: Counter[str],
        *,
        address: str | None = None,
        peer: Peer | None = None,
    ) -> None:
        self._interface = interface
        self._transport = transport
        self._calls = calls
        self._address = address
        self._peer = peer or _unknown_peer
        self._contexts: dict[tuple[str, str], Any] = {}

    def move_to(self, transport: oslo_messaging.Transport) -> None:
        """Send over another bus from now on."""
        self._transport = transport
        self._contexts = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = self.__dict__["_interface"].methods.get(name)
        if method is None:
            raise AttributeError(f"interface {self._interface.name!r} has no method {name!r}")
        bound = functools.partial(self._send, method, f"{self._interface.name}.{name}")
        self.__dict__[name] = bound
        return bound

    def _send(
        self, method: Method, label: str, *, _deadline: float | None = None, **arguments: Any
    ) -> Any:
        scope.refuse_inside_transaction(f"call of {label}")
        peer = self._peer() or {}
        spoken = self._spoken_version(peer)
        message, needed = self._arguments(method, arguments, spoken, peer.get("objects"))
        line = self._context(method, needed)
        if _deadline is not None:
            line = line.prepare(timeout=_deadline)
        request = context.current()
        carried = request.to_dict() if request is not None else {}
        self._calls[label] += 1
        crash.reach(f"rpc:before:{label}")
        answer = self._exchange(line, method, label, carried, message)
        crash.reach(f"rpc:after:{label}")
        return None if method.cast else decode(envelope.unwrap(answer, label))

    def _exchange(
        self, line: Any, method: Method, label: str, carried: Any, message: dict[str, Any]
    ) -> Any:
        send = line.cast if method.cast else line.call
        try:
            return send(carried, method.name, **message)
        except oslo_messaging.MessagingTimeout as error:
            raise Unknown(f"{label}: no answer in time") from error
        except oslo_messaging.MessageUndeliverable as error:
            raise Unknown(f"{label}: nobody serves it") from error
        except oslo_messaging.RemoteError as error:
            if error.exc_type in _TOO_NEW:
                raise Refused(FaultCode.UNSUPPORTED_VERSION, f"{label}: {error.value}") from error
            raise Unknown(f"{label}: {error.exc_type}") from error
        except (oslo_messaging.MessagingException, OSError) as error:
            raise Unknown(f"{label}: the bus failed: {type(error).__name__}") from error

    def _spoken_version(self, peer: Mapping[str, Any]) -> str:
        """The newest version both sides speak."""
        ours = self._interface.version
        spans = peer.get("interfaces")
        if not spans:
            return ours
        span = spans.get(self._interface.name)
        if span is None or not _overlap(span, ours):
            raise Refused(
                FaultCode.UNSUPPORTED_VERSION,
                f"the peer does not speak {self._interface.name} {ours}",
            )
        return min(str(span[1]), ours, key=_number)

    def _arguments(
        self,
        method: Method,
        given: dict[str, Any],
        spoken: str,
        versions: Mapping[str, str] | None,
    ) -> tuple[dict[str, Any], str]:
        """The message, and the lowest interface version in which it has a meaning."""
        if _number(method.since) > _number(spoken):
            raise Refused(
                FaultCode.UNSUPPORTED_VERSION,
                f"{method.name} needs {self._interface.name} {method.since}, the peer has {spoken}",
            )
        needed = method.since
        message = {}
        for parameter in method.parameters:
            if parameter.name not in given:
                if parameter.required:
                    raise TypeError(f"{method.name}() needs argument {parameter.name!r}")
                continue
            value = given.pop(parameter.name)
            if _number(parameter.since) > _number(spoken):
                continue
            needed = max(needed, parameter.since, key=_number)
            message[parameter.name] = encode(value, versions)
        if given:
            raise TypeError(f"{method.name}() has no argument {sorted(given)[0]!r}")
        if not method.cast and (reads := _reads(method)):
            message[envelope.READS] = reads
        return message, needed

    def _context(self, method: Method, version: str) -> Any:
        """oslo.messaging's call context for this method; made once."""
        key = (method.name, version)
        found = self._contexts.get(key)
        if found is None:
            found = self._contexts[key] = self._new_context(method, version)
        return found

    def _new_context(self, method: Method, version: str) -> Any:
        target = oslo_messaging.Target(
            topic=self._interface.topic,
            version=version,
            namespace=self._interface.name,
            server=self._address,
            fanout=method.fanout or None,
        )
        options = oslo_messaging.TransportOptions(at_least_once=not method.cast)
        client = oslo_messaging.get_rpc_client(
            self._transport,
            target,
            timeout=method.deadline,
            retry=SEND_RETRIES,
            transport_options=options,
        )
        return client.prepare()


def _unknown_peer() -> None:
    return None


@functools.lru_cache(maxsize=256)
def _reads(method: Method) -> dict[str, str]:
    """The versions this release reads in the answer; sent along, so that the peer steps down."""
    return versions_of(method.returns)


@functools.lru_cache(maxsize=256)
def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _overlap(span: Any, ours: str) -> bool:
    low, high = _number(str(span[0])), _number(str(span[1]))
    number = _number(ours)
    return low[0] == number[0] == high[0] and low <= number
