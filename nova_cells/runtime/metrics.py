# SPDX-License-Identifier: Apache-2.0
"""Figures that a process tells of itself, in the text format of Prometheus.

Nothing is counted for the sake of it: a part that has figures says so once (`tell_of`), and is
asked when somebody looks. It is not kept alive by that. Labels are words of ours, never a tenant's.
"""

from __future__ import annotations

import re
import threading
import weakref
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:  # only who shows figures loads the library
    from prometheus_client.core import Metric as Family

PREFIX = "nova_cells_"
_NAME = re.compile(r"[a-z][a-z_]*[a-z]")


@dataclass(frozen=True)
class Metric:
    """`grows`: it counts and never falls; else it is what is so now."""

    name: str
    about: str
    labels: tuple[str, ...] = ()
    grows: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or self.name.endswith("_total"):
            raise ValueError(f"{self.name} is no name of a metric")

    def at(self, value: float, *labels: str) -> Figure:
        """What it is where the labels have these values."""
        if len(labels) != len(self.labels):
            raise ValueError(f"{self.name} has the labels {self.labels}")
        return Figure(self, tuple(labels), float(value))


@dataclass(frozen=True)
class Figure:
    """One number."""

    metric: Metric
    labels: tuple[str, ...]
    value: float


class Part(Protocol):
    """Whatever has figures."""

    def figures(self) -> Iterable[Figure]:
        """As they are now; asked by any thread, and answered soon."""


_lock = threading.Lock()
_parts: weakref.WeakSet[Any] = weakref.WeakSet()


def tell_of(part: Part) -> None:
    """From now on its figures are among those of this process, for as long as it lives."""
    with _lock:
        _parts.add(part)


def figures() -> dict[Metric, dict[tuple[str, ...], float]]:
    """All of this process; what several parts say of the same thing is added up."""
    with _lock:
        parts = list(_parts)
    found: dict[Metric, dict[tuple[str, ...], float]] = defaultdict(lambda: defaultdict(float))
    for part in parts:
        for figure in part.figures():
            found[figure.metric][figure.labels] += figure.value
    return found


class _Ours:
    """Our figures as the library asks for them."""

    def collect(self) -> Iterable[Family]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

        found = figures()
        for metric in sorted(found, key=lambda each: each.name):
            family = CounterMetricFamily if metric.grows else GaugeMetricFamily
            shown = family(PREFIX + metric.name, metric.about, labels=metric.labels)
            for labels, value in sorted(found[metric].items()):
                shown.add_metric(labels, value)
            yield shown


def exposition() -> tuple[str, bytes]:
    """(content type, all figures and those of the process itself as text)."""
    from prometheus_client import CollectorRegistry, ProcessCollector
    from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

    registry = CollectorRegistry()
    registry.register(_Ours())
    ProcessCollector(registry=registry)
    return CONTENT_TYPE_PLAIN_0_0_4, generate_latest(registry)
