# SPDX-License-Identifier: Apache-2.0
"""A deed of a client, at each of whose requests the service gives each answer there can be."""

from __future__ import annotations

import logging
import re
import unittest
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from nova_cells.runtime.context import RequestContext, use
from tests.services.twin import GARBAGE, LOST, NONSENSE, SILENCE, Asked, Twin

ANSWERS: tuple[int | str, ...] = (401, 403, 404, 409, 413, 500, GARBAGE, SILENCE, LOST)
SHAPES = tuple(name for name in NONSENSE if name != GARBAGE)
"""Documents that are none of those asked for."""
SECRET = re.compile(r"https?://|Traceback|\{|req-|sesame")
OURS = "req-0a0b0c0d-0000-4000-8000-000000000000"


class AnswersCase(unittest.TestCase):
    """`twin` is the service; `faults` are what a client may raise."""

    twin: Twin
    faults: tuple[type[Exception], ...]

    def each(self, deed: Callable[[], Any]) -> Iterator[tuple[str, Exception | None]]:
        """(what was answered at which request, the fault that came of it)."""
        before = len(self.twin.asked)
        deed()
        asked = self.twin.asked[before:]
        self.assertTrue(asked)
        for at, one in enumerate(asked, 1):
            for answer in answers_to(one):
                self.twin.spoilt.clear()
                self.twin.fault(at, answer)
                with self.subTest(f"{at}: {answer}"), log() as lines:
                    fault = self.fault_of(deed)
                    if fault is not None:
                        self.assertNotRegex(str(fault), SECRET)
                        self.assertGreater(len(str(fault)), 10)
                    if fault is not None or answer in ANSWERS:
                        self.judge(lines, answer)
                    yield f"{at}: {answer}", fault

    def fault_of(self, deed: Callable[[], Any]) -> Exception | None:
        try:
            with use(RequestContext(request_id=OURS)):
                deed()
        except self.faults as fault:
            return fault
        finally:
            self.twin.switch = lambda _asked: None
        return None

    def judge(self, lines: list[str], answer: int | str) -> None:
        if answer in SHAPES:
            return
        (spoilt,) = self.twin.spoilt
        if answer == GARBAGE and spoilt.asked.path.endswith("/file"):
            return  # bytes are bytes: their hash tells
        wanted = f"(our request {OURS}, theirs {spoilt.request_id or '-'})"
        self.assertTrue(any(wanted in line for line in lines), (wanted, lines))


def answers_to(asked: Asked) -> tuple[int | str, ...]:
    """No real service says that it has done what it has not, or that what is there is gone."""
    if not asked.changes:
        return (*ANSWERS, *SHAPES)
    return tuple(answer for answer in ANSWERS if (asked.method, answer) != ("DELETE", 404))


@contextmanager
def log() -> Iterator[list[str]]:
    """What is logged of calls."""
    lines: list[str] = []
    handler = logging.Handler(logging.INFO)
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("nova_cells.clients.calling.exchange")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
