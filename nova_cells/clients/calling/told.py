# SPDX-License-Identifier: Apache-2.0
"""What a process tells of a service it asks: how often, how it went, and whether it still does.

`outcome` is a status, or "none" where no answer came.
"""

from __future__ import annotations

from collections.abc import Iterator

from nova_cells.clients.calling.breaker import Breaker
from nova_cells.clients.calling.counts import Counts
from nova_cells.runtime.metrics import Figure, Metric

REQUESTS = Metric(
    "service_requests",
    "Requests to other services by how they went.",
    ("service", "method", "outcome"),
    grows=True,
)
SECONDS = Metric(
    "service_seconds", "Seconds spent waiting for other services.", ("service",), grows=True
)
LEFT_ALONE = Metric(
    "service_requests_left_alone",
    "Requests that were not sent because the service had failed too often.",
    ("service",),
    grows=True,
)
BREAKERS = Metric(
    "service_breakers",
    "Circuit breakers by their state: closed, open or half_open.",
    ("service", "state"),
)
OPENED = Metric(
    "service_breaker_opened", "How often a service had failed too often.", ("service",), grows=True
)
STATES = ("closed", "half_open", "open")


def figures(service: str, counts: Counts, breaker: Breaker) -> Iterator[Figure]:
    """All of one service."""
    for (method, outcome), number in counts.requests().items():
        yield REQUESTS.at(number, service, method, outcome)
    yield SECONDS.at(counts.seconds, service)
    now = breaker.state
    for state in STATES:
        yield BREAKERS.at(state == now, service, state)
    yield OPENED.at(breaker.opened, service)
    yield LEFT_ALONE.at(breaker.turned_away, service)
