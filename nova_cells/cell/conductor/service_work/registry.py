# SPDX-License-Identifier: Apache-2.0
"""Every work with services by its name; a new file in this package joins by itself."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module

from nova_cells.cell.conductor import service_work as package
from nova_cells.cell.conductor.service_work.task import (
    Facts,
    NotYet,
    Partly,
    ServiceTask,
    WorkRefused,
)

__all__ = [
    "Facts",
    "NotYet",
    "Partly",
    "ServiceTask",
    "WorkRefused",
    "service_work",
    "sweeper",
    "sweepers",
    "works",
]

Work = Callable[[ServiceTask], Facts | None]
Sweeper = Callable[[ServiceTask], None]

_works: dict[str, Work] = {}
_sweepers: list[Sweeper] = []


def service_work(name: str) -> Callable[[Work], Work]:
    """Declares the work of that name."""

    def declare(work: Work) -> Work:
        if name in _works:
            raise ValueError(f"two works are named {name}")
        _works[name] = work
        return work

    return declare


def sweeper(sweep: Sweeper) -> Sweeper:
    """Declares what takes from a service all that a server has too much there.

    It runs when no operation holds the server, with the head as it is then.
    """
    _sweepers.append(sweep)
    return sweep


@cache
def _load() -> None:
    for module in pkgutil.iter_modules(package.__path__):
        import_module(f"{package.__name__}.{module.name}")


def works() -> Mapping[str, Work]:
    """All there are."""
    _load()
    return _works


def sweepers() -> list[Sweeper]:
    """All there are."""
    _load()
    return _sweepers
