# SPDX-License-Identifier: Apache-2.0
"""Every body the API takes, in the first version of each of its windows, and where to send it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from nova_cells.global_api.openapi import Endpoint, all_endpoints
from tests.api.hostile.examples import example


@dataclass(frozen=True)
class Target:
    """`whole` and `bare` are valid bodies, with everything and with what is required alone."""

    endpoint: Endpoint
    minor: int
    schema: dict[str, Any]

    @property
    def whole(self) -> Any:
        return example(self.schema, full=True)

    @property
    def bare(self) -> Any:
        return example(self.schema, full=False)

    def __str__(self) -> str:
        return f"{self.endpoint.name} at 2.{self.minor}"


def targets() -> Iterator[Target]:
    """One for each window of each body."""
    for endpoint in live():
        body = endpoint.operation.body
        if body is not None:
            for minor in _windows(endpoint, body.turns):
                yield Target(endpoint, minor, body.at(minor))


def live() -> list[Endpoint]:
    """What is served, and not only to say that it is not."""
    return [endpoint for endpoint in all_endpoints() if not endpoint.retired]


def _windows(endpoint: Endpoint, turns: list[int]) -> list[int]:
    low, high = endpoint.span.low, endpoint.span.high
    return sorted({low, *(turn for turn in turns if low <= turn <= high)})


def query_windows(endpoint: Endpoint) -> list[int]:
    """The first version of each window of a query."""
    query = endpoint.operation.query
    return _windows(endpoint, sorted(query.turns())) if query is not None else []
