# SPDX-License-Identifier: Apache-2.0
"""Every request to Neutron, Cinder or Glance may be answered with any status, nonsense, or not at
all.

Whatever comes of the operation: its owner can read why, nothing is stuck, the services have what
the server's head says, and the log has the whole reason with our request id and theirs.
NOVA_CELLS_FAULTS=all tries every answer at every request.
"""

from __future__ import annotations

import logging
import os
import random
import re
from collections.abc import Callable
from typing import Any

from nova_cells.runtime.clock import seconds
from tests.crash.test_services import CASES, Case, ServedCase
from tests.services.twin import GARBAGE, LOST, SILENCE, Asked, Twin
from tests.unit.cell.conductor.test_crashes import UUID

ANSWERS: tuple[int | str, ...] = (401, 403, 404, 409, 413, 500, GARBAGE, SILENCE, LOST)
EACH = len(ANSWERS) - 1 if os.environ.get("NOVA_CELLS_FAULTS") == "all" else 2
"""Answers tried at each request."""
SECRET = re.compile(r"https?://|Traceback|\{|device_path|req-")
ENDINGS = ("active", "resized", "deleted", "soft-delete", "error", "shelved_offloaded", "shelved")
GONE = {"root": "available", "spare": "available"}
"""The volumes once a server is deleted: the third was to be deleted with it."""
SERVICES = ("neutron", "cinder", "glance")
OURS = re.compile(r"our request (req-[0-9a-f-]+), theirs (\S+)\)")
_CALLING = logging.getLogger("nova_cells.clients.calling.exchange")


class Lines(logging.Handler):
    """What the log has of calls to other services."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())


class FaultCase(ServedCase):
    """`disturb` is called with the world's twins when the kind itself begins."""

    disturb: Callable[[], None]

    def setUp(self) -> None:
        super().setUp()
        self.log = Lines()
        _CALLING.addHandler(self.log)
        self.addCleanup(_CALLING.removeHandler, self.log)
        self.addCleanup(_CALLING.setLevel, _CALLING.level)
        _CALLING.setLevel(logging.INFO)

    def told(self, world: Any) -> dict[str, Any]:
        told = super().told(world)
        self.disturb()
        return told

    def judge(self, case: Case) -> None:
        """Run the case, and look at what is left."""
        ending = self.run_to_the_end(case)
        for state, task, operation, _power in ending["instance"]:
            self.assertIn(state, ENDINGS)
            self.assertEqual((None, None), (task, operation))
        if case.kind == "delete":
            self.assertEqual(GONE, self.twins.seen(None)["volumes"], "what is to go with it")
        for row in self.served.rows("operations"):
            if row["result"] == "failed":
                self.assertTrue(row["message"], row)
                self.assertNotRegex(row["message"], SECRET)
        if case.kind == "rebuild" and any(row[0] == "error" for row in ending["instance"]):
            self.rebuild_again(case)
        images = {image["status"] for image in self.twins.glance.images.values()}
        self.assertLessEqual(images, {"active"}, "images that will never be whole")
        self.judge_log()

    def rebuild_again(self, case: Case) -> None:
        """That mends it, whatever was in the way before."""
        told = case.told(self.twins, None)
        for twin in (self.twins.neutron, self.twins.cinder, self.twins.glance):
            twin.switch = lambda _asked: None
        self.served.cell.act(UUID, 1, "rebuild", "key-again", told)
        self.served.settle()
        (row,) = self.served.rows("instances")
        self.assertEqual("active", row["document"]["vm_state"])
        self.ports(self.served, [row["document"]])

    def judge_log(self) -> None:
        """Of each request that was spoilt there is a line with both ids, ours a real one."""
        for service in SERVICES:
            for spoilt in getattr(self.twins, service).spoilt:
                asked, theirs = spoilt.asked, spoilt.request_id or "-"
                what = f"{asked.method} {asked.path}: "
                told = [line for line in self.log.lines if what in line]
                both = [found for line in told if (found := OURS.search(line))]
                self.assertIn(theirs, [found.group(2) for found in both], (spoilt, told))

    def run_to_the_end(self, case: Case) -> dict[str, Any]:
        self.case = case
        return self.run_through(case.kind, lambda _point: None)


class OneAnswerTest(FaultCase):
    """One request goes wrong in one way."""

    def requests(self, case: Case, service: str) -> list[str]:
        """Those of an undisturbed run."""
        first = 0

        def begin() -> None:
            nonlocal first
            first = len(self.twin(service).asked)

        self.disturb = begin
        self.judge(case)
        return [f"{a.method} {a.path}" for a in self.twin(service).asked[first:]]

    def twin(self, service: str) -> Twin:
        twin: Twin = getattr(self.twins, service)
        return twin

    def try_case(self, case: Case) -> None:
        chance = random.Random(case.kind)
        for service in SERVICES:
            for number, asked in enumerate(self.requests(case, service), 1):
                answers = answers_to(asked, lets_go=case.kind == "delete")
                for answer in chance.sample(answers, min(EACH, len(answers))):
                    self.disturb = lambda n=number, a=answer, s=service: self.twin(s).fault(n, a)
                    with self.subTest(f"{number}: {service} {asked} is answered {answer}"):
                        self.judge(case)


class AwayTest(FaultCase):
    """A service is away for as long as the operation is tried, and comes back later."""

    def try_case(self, case: Case, service: str, answer: int | str = SILENCE) -> None:
        def disturb() -> None:
            self.served.rounds = 400
            back = self.served.clock() + seconds(2 * 3600)

            def switch(asked: Asked) -> int | str | None:
                return answer if self.served.clock() < back else None

            getattr(self.twins, service).switch = switch

        self.disturb = disturb
        self.judge(case)


def answers_to(asked: str, *, lets_go: bool) -> list[int | str]:
    """No real service says of what is there that it is gone already.

    Where a server is deleted that goes for the ports it was given too, which are changed.
    """
    gone = asked.startswith(("DELETE", "PUT /ports") if lets_go else "DELETE")
    return [answer for answer in ANSWERS if not (answer == 404 and gone)]


def _one(case: Case) -> Any:
    return lambda self: self.try_case(case)


def _away(case: Case, service: str) -> Any:
    return lambda self: self.try_case(case, service)


_LIKE_OTHERS = ("migrate",)
"""Kinds that ask for the same as another does: a resize is a migration too."""

for _case in CASES:
    if _case.kind in _LIKE_OTHERS or _case.fails:
        continue
    setattr(OneAnswerTest, f"test_{_case.title}", _one(_case))
    for _service in SERVICES if _case.makes_an_image else SERVICES[:2]:
        setattr(AwayTest, f"test_{_case.title}_without_{_service}", _away(_case, _service))
