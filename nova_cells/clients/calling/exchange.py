# SPDX-License-Identifier: Apache-2.0
"""One request out, one answer in: with the right tokens, or with the reason why there is none.

Whether a request has left is what decides between `Unavailable` and `OutcomeUnknown`, so tokens and
addresses are had before it is sent, and a refused token (401) is renewed here: keystoneauth would
mix failures of the renewal with those of the request.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import requests
from keystoneauth1 import exceptions as auth_faults
from keystoneauth1.session import Session
from oslo_log import log
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from nova_cells.clients.calling import answers, told
from nova_cells.clients.calling.bounded import TooLong, http_session, stream_session
from nova_cells.clients.calling.breaker import Breaker, Limits
from nova_cells.clients.calling.counts import Counts
from nova_cells.clients.calling.ourselves import Ourselves
from nova_cells.clients.calling.request import Request
from nova_cells.clients.service_faults import (
    Forbidden,
    Garbage,
    LeftAlone,
    OutcomeUnknown,
    ServiceFault,
    Unavailable,
)
from nova_cells.runtime import context as contexts
from nova_cells.runtime import crash, metrics

LOG = log.getLogger(__name__)
_TRANSPORT = (auth_faults.ClientException, requests.RequestException)


class NotSent(Unavailable):
    """The service has not seen the request: it may be sent again, whatever it asks."""


class Exchange:
    """The connections, tokens, breaker and counts of one service in one process."""

    def __init__(
        self,
        options: Any,
        service_type: str,
        name: str,
        version: str | None,
        http: requests.Session | None,
    ) -> None:
        self.name = name
        self.counts = Counts()
        self.breaker = Breaker(_limits(options))
        self._type = service_type
        self._session = _session(options, http or http_session())
        self._streams = _session(options, http or stream_session())
        self._ourselves = Ourselves(options, self._session, version)
        metrics.tell_of(self)

    def figures(self) -> Iterable[metrics.Figure]:
        """How the service does, as seen from here."""
        return told.figures(self.name, self.counts, self.breaker)

    def once(self, wanted: Request, ctx: Any) -> requests.Response:
        """The answer, whatever its status; a fault where none came."""
        if ctx is not None and not getattr(ctx, "auth_token", None):
            # Never as ourselves: we may see what the user may not.
            fault = Forbidden(f"The {self.name} service needs the token of its user.")
            raise self.refused(wanted, ctx, fault)
        wait = self.breaker.closed_for()
        if wait:
            text, detail = answers.unavailable_text(self.name), f"left alone for {wait:.1f} s more"
            raise self.refused(wanted, ctx, LeftAlone(text, pause=wait, detail=detail))
        try:
            answer = self._sent(wanted, ctx)
        except Unavailable:
            self.breaker.failed()
            raise
        except BaseException:
            self.breaker.answered()
            raise
        self.judge(answer)
        return answer

    def judge(self, answer: requests.Response) -> None:
        """Tell the breaker whether this comes from a service that works."""
        broken = answer.status_code >= 500 and answer.status_code != 501
        (self.breaker.failed if broken else self.breaker.answered)()

    def address(self, ctx: Any) -> str:
        """The URL below which the service answers, as this caller asks it."""
        try:
            return self._ourselves.way(getattr(ctx, "project_id", None))[1]
        except _TRANSPORT as fault:
            raise Unavailable(answers.unavailable_text(self.name), detail=_words(fault)) from None

    def refused(self, wanted: Request, ctx: Any, fault: ServiceFault) -> ServiceFault:
        """The fault, after the log has it with both request ids."""
        level = LOG.warning if isinstance(fault, Unavailable | Forbidden) else LOG.info
        level(
            "%s service: %s %s: %s: %s (our request %s, theirs %s)",
            *(self.name, wanted.method, wanted.path.partition("?")[0], type(fault).__name__),
            *(answers.loggable(fault.detail), _our_request(ctx), fault.request_id or "-"),
        )
        return fault

    def close(self) -> None:
        """Give connections back."""
        self._session.session.close()
        self._streams.session.close()

    def _sent(self, wanted: Request, ctx: Any) -> requests.Response:
        answer, token = self._attempt(wanted, ctx)
        if answer.status_code == 401 and wanted.data is None and self._ourselves.forget(token):
            answer.close()
            answer, token = self._attempt(wanted, ctx)
        return answer

    def _attempt(self, wanted: Request, ctx: Any) -> tuple[requests.Response, str | None]:
        """The answer, and the token of ours that went along."""
        try:
            ours, address = self._ourselves.way(getattr(ctx, "project_id", None))
        except _TRANSPORT as fault:
            raise self._fault(NotSent, wanted, ctx, f"no token: {_words(fault)}") from None
        token = ours.get("X-Auth-Token")
        if token:
            ours["X-Service-Token"] = token
        if ctx is not None:
            ours["X-Auth-Token"] = ctx.auth_token
        return self._carried(wanted, ctx, address, ours), token

    def _carried(
        self, wanted: Request, ctx: Any, address: str, headers: dict[str, str]
    ) -> requests.Response:
        begun, outcome = time.monotonic(), "none"
        changing = None if wanted.method == "GET" else f"{self.name} {wanted.method}"
        if changing:
            crash.reach(f"request:before:{changing}")
        session = self._streams if wanted.stream or wanted.data is not None else self._session
        try:
            answer = session.request(
                address + wanted.path,
                wanted.method,
                headers={"Accept": "application/json", **headers, **(wanted.headers or {})},
                global_request_id=_our_request(ctx),
                microversion=wanted.microversion,
                microversion_service_type=self._type,
                **_how(wanted),
            )
            outcome = str(answer.status_code)
            if changing:
                crash.reach(f"request:after:{changing}")
            return answer
        except _TRANSPORT as fault:
            raise self._lost(wanted, ctx, fault) from None
        finally:
            self.counts.add(wanted.method, outcome, time.monotonic() - begun)

    def _lost(self, wanted: Request, ctx: Any, fault: Exception) -> ServiceFault:
        reasons = _reasons(fault)
        kind: type[ServiceFault] = OutcomeUnknown
        if any(isinstance(reason, _NOT_SENT) for reason in reasons):
            kind = NotSent
        elif wanted.method == "GET":
            kind = Garbage if any(isinstance(each, _NONSENSE) for each in reasons) else Unavailable
        return self._fault(kind, wanted, ctx, _words(fault))

    def _fault(
        self, kind: type[ServiceFault], wanted: Request, ctx: Any, detail: str
    ) -> ServiceFault:
        text = answers.unavailable_text(self.name)
        if kind is OutcomeUnknown:
            text = f"The {self.name} service did not say whether it did what it was asked to."
        return self.refused(wanted, ctx, kind(text, detail=detail))


_NOT_SENT = (NewConnectionError, ConnectTimeoutError, requests.exceptions.SSLError)
_NONSENSE = (TooLong, requests.exceptions.ContentDecodingError)


def _limits(options: Any) -> Limits:
    return Limits(
        failures=options.breaker_failures,
        pause=options.breaker_pause,
        share=options.breaker_share,
        requests=options.breaker_requests,
    )


def _session(options: Any, http: requests.Session) -> Session:
    return Session(
        session=http,
        verify=False if options.insecure else (options.cafile or True),
        cert=(options.certfile, options.keyfile) if options.certfile else None,
        timeout=options.timeout,
        redirect=False,
    )


def _how(wanted: Request) -> dict[str, Any]:
    how: dict[str, Any] = {
        "authenticated": False,
        "raise_exc": False,
        "allow_reauth": False,
        "log": False,
        "stream": wanted.stream,
        "params": wanted.params,
    }
    if wanted.timeout is not None:
        how["timeout"] = wanted.timeout
    if wanted.data is not None:
        how["data"] = wanted.data
    elif wanted.body is not None:
        how["json"] = wanted.body
    return how


def _reasons(fault: BaseException) -> list[BaseException]:
    """The fault and everything it came from: libraries wrap what they caught."""
    found: list[BaseException] = []
    waiting: list[Any] = [fault]
    while waiting:
        each = waiting.pop()
        if isinstance(each, BaseException) and not any(each is known for known in found):
            found.append(each)
            waiting += [each.__cause__, each.__context__, getattr(each, "reason", None), *each.args]
    return found


def _words(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}"


def _our_request(ctx: Any) -> str | None:
    known = ctx or contexts.current()
    if known is None:
        return None
    return getattr(known, "global_request_id", None) or getattr(known, "request_id", None)
