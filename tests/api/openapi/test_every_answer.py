# SPDX-License-Identifier: Apache-2.0
"""Every operation that answers with a body has done so in each of its windows, as declared.

`unvalidated.txt` names the few that this cloud can't be made to answer, each with the reason. It
may only become shorter: what is answered has to be taken out of it.
"""

from __future__ import annotations

from pathlib import Path

from tests.api import declared
from tests.api.hostile.cloud import HostileCase
from tests.api.openapi.walk import Walk

PINNED = Path(__file__).with_name("unvalidated.txt")


class EveryAnswerTest(HostileCase):
    def test_every_answer_in_every_window(self) -> None:
        answered = Walk(self.victim).everything()
        missed = {pair for pair in declared.pairs() if pair not in declared.HITS}
        pinned = {line.split()[0] for line in PINNED.read_text().splitlines() if line[0] != "#"}
        said = {
            name: (minor, answered[name, minor].status, answered[name, minor].message[:200])
            for name, minor in sorted(missed)
            if (name, minor) in answered and name not in pinned
        }
        self.assertEqual({}, said, "these were refused")
        self.assertEqual(set(), {name for name, _ in missed} - pinned, "these were not asked")
        stale = pinned - {name for name, _ in missed}
        self.assertEqual(set(), stale, f"these are validated now: take them out of {PINNED.name}")
