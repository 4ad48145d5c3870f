# SPDX-License-Identifier: Apache-2.0
"""Several requests at a time for one server; all are over when this returns, whatever they brought.

A request still under way when a fault is told would land after what was undone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

T = TypeVar("T")
MOST = 8


def at_once(works: Sequence[Callable[[], T]]) -> list[T]:
    """What each brought, in their order; the first fault is raised when all are over."""
    if len(works) < 2:
        return [work() for work in works]
    with ThreadPoolExecutor(min(len(works), MOST)) as pool:
        begun = [pool.submit(copy_context().run, work) for work in works]
    return [one.result() for one in begun]
