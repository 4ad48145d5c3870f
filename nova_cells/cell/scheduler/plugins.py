# SPDX-License-Identifier: Apache-2.0
"""Filters and weighers by name: ours register themselves, others' come by entry point.

A filter returns a bool column, a weigher a float column, or None when the ask does not concern it.
Neither loops over hosts nor does I/O.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from nova_cells.cell.scheduler.ask import Ask
    from nova_cells.cell.scheduler.host_table import HostTable
    from nova_cells.cell.scheduler.settings import Settings

    Judge = Callable[[HostTable, Ask, Settings], np.ndarray | None]

AnyJudge = TypeVar("AnyJudge", bound=Callable[..., "np.ndarray | None"])


class UnknownPlugin(Exception):
    """The configuration names a filter or weigher nobody provides."""


@dataclass(frozen=True)
class Weigher:
    """`option` is the aggregate metadata key that overrides the multiplier on its hosts."""

    weigh: Judge
    option: str
    multiplier: float


FILTERS: dict[str, Judge] = {}
WEIGHERS: dict[str, Weigher] = {}


def host_filter(name: str) -> Callable[[AnyJudge], AnyJudge]:
    """Declare a filter under the name operators write into `enabled_filters`."""

    def declare(function: AnyJudge) -> AnyJudge:
        FILTERS[name] = function
        return function

    return declare


def host_weigher(name: str, *, option: str, multiplier: float) -> Callable[[AnyJudge], AnyJudge]:
    """Declare a weigher; a higher number is better, a negative multiplier turns it round."""

    def declare(function: AnyJudge) -> AnyJudge:
        WEIGHERS[name] = Weigher(function, option, multiplier)
        return function

    return declare


@cache
def load() -> None:
    """Import every filter and weigher there is; each registers itself while it is imported."""
    for kind in ("filters", "weighers"):
        package = importlib.import_module(f"nova_cells.cell.scheduler.{kind}")
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{module.name}")
        for entry in entry_points(group=f"nova_cells.scheduler.{kind}"):
            entry.load()
