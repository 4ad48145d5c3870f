# SPDX-License-Identifier: Apache-2.0
"""One other service, called over HTTP by any number of threads.

With a context it is asked as that user, without one as ourselves; our own token vouches for both,
so that a user's may end while we work. A request that changes something is sent once: where its
answer does not come, nobody here knows what it did, and `OutcomeUnknown` says so.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import requests

from nova_cells.clients.calling import answers
from nova_cells.clients.calling.exchange import Exchange, NotSent
from nova_cells.clients.calling.request import Request
from nova_cells.clients.service_faults import Garbage, Unavailable

MOST_PAGES = 1000
PAUSE = 0.2  # seconds before a request goes out again, and up to twice as many


class Service:
    """`name` is what tenants are told it is ("network"); `http` carries the requests.

    Beside those in the signatures every verb takes `params`, `headers`, `microversion`, `timeout`.
    """

    def __init__(
        self,
        options: Any,
        *,
        service_type: str,
        name: str,
        version: str | None = None,
        http: requests.Session | None = None,
    ) -> None:
        self.name = name
        self._retries = options.connect_retries
        self._exchange = Exchange(options, service_type, name, version, http)
        self.counts = self._exchange.counts
        self.breaker = self._exchange.breaker

    def get(self, path: str, ctx: Any = None, **more: Any) -> Any:
        """A document."""
        return self._document(Request("GET", path, True, **more), ctx)

    def post(
        self, path: str, body: Any = None, ctx: Any = None, *, again: bool = False, **more: Any
    ) -> Any:
        """Make or do something; `again`: it may be sent twice."""
        return self._document(Request("POST", path, again, body, **more), ctx)

    def put(
        self, path: str, body: Any = None, ctx: Any = None, *, again: bool = False, **more: Any
    ) -> Any:
        """Change something; `again`: it may be sent twice."""
        return self._document(Request("PUT", path, again, body, **more), ctx)

    def patch(
        self, path: str, body: Any = None, ctx: Any = None, *, again: bool = False, **more: Any
    ) -> Any:
        """Change a part of something; `again`: it may be sent twice."""
        return self._document(Request("PATCH", path, again, body, **more), ctx)

    def delete(
        self, path: str, ctx: Any = None, *, body: Any = None, again: bool = True, **more: Any
    ) -> Any:
        """Take something away. Sent again, so `NotThere` may mean that the first one worked."""
        return self._document(Request("DELETE", path, again, body, **more), ctx)

    def listed(self, path: str, key: str, ctx: Any = None, **more: Any) -> Iterator[Any]:
        """The things of a collection over all its pages; no page leads to another service."""
        following: str | None = path
        for _page in range(MOST_PAGES):
            if following is None:
                return
            document = self.get(following, ctx, **more)
            yield from self.part(document, key)
            following = _next(document, key, path)
            more["params"] = None

    def part(self, document: Any, *keys: str) -> Any:
        """What lies under these keys; an answer without it is none."""
        for key in keys:
            if not isinstance(document, dict) or key not in document:
                raise Garbage(
                    answers.nonsense_text(self.name), detail=f"no {'.'.join(keys)} in the answer"
                )
            document = document[key]
        return document

    def ask(self, wanted: Request, ctx: Any = None) -> requests.Response:
        """The answer itself, whatever its status; raises only where there is none."""
        for left in reversed(range(self._retries + 1)):
            try:
                answer = self._exchange.once(wanted, ctx)
            except Unavailable as fault:
                may = wanted.again or isinstance(fault, NotSent)
                if not left or not may or self.breaker.is_open:
                    raise
            else:
                hopeless = answer.status_code < 500 or not wanted.again or self.breaker.is_open
                if not left or hopeless:
                    return answer
                answer.close()
            time.sleep(PAUSE * (1 + random.random()))
        raise AssertionError("the last round returns or raises")

    def fault_of(self, wanted: Request, answer: requests.Response, ctx: Any = None) -> Exception:
        """What to raise for an answer that is none of the good ones; the log has it then."""
        fault = answers.fault_of(answer, self.name, as_user=ctx is not None)
        return self._exchange.refused(wanted, ctx, fault)

    def address(self, ctx: Any = None) -> str:
        """The URL below which it answers, as this caller would ask."""
        return self._exchange.address(ctx)

    def close(self) -> None:
        """Give connections back."""
        self._exchange.close()

    def _document(self, wanted: Request, ctx: Any) -> Any:
        answer = self.ask(wanted, ctx)
        if not 200 <= answer.status_code < 300:
            raise self.fault_of(wanted, answer, ctx)
        try:
            return answers.document_of(answer, self.name)
        except Garbage as fault:
            self.breaker.failed()
            raise self._exchange.refused(wanted, ctx, fault) from None


def _next(document: Any, key: str, path: str) -> str | None:
    """The path of the next page: of an address only its query is believed."""
    links = document.get(f"{key}_links") or ()
    pages = [link.get("href") for link in links if link.get("rel") == "next"]
    address = next(iter(pages), None) or document.get("next")
    if not isinstance(address, str):
        return None
    return f"{path.partition('?')[0]}?{urlsplit(address).query}"
