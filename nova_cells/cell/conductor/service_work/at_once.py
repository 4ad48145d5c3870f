# SPDX-License-Identifier: Apache-2.0
"""Several requests at a time for one server; all are over when this returns, whatever they brought.

A request still under way when a fault is told would land after what was undone. In a world of one
thread they go one by one, in the order given: so a request that is disturbed is always the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from nova_cells.cell.conductor.service_work.task import ServiceTask

T = TypeVar("T")
MOST = 8


def at_once(task: ServiceTask, works: Sequence[Callable[[], T]]) -> list[T]:
    """What each brought, in their order; the first fault is raised when all are over."""
    if len(works) < 2:
        return [work() for work in works]
    lanes = min(len(works), MOST) if task.around.parallel else 1
    with ThreadPoolExecutor(lanes) as pool:
        begun = [pool.submit(copy_context().run, work) for work in works]
    return [one.result() for one in begun]
