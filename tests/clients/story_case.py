# SPDX-License-Identifier: Apache-2.0
"""Acts stories out with one shell, and holds the table of commands to what the shell has."""

from __future__ import annotations

import re
import time
import unittest
from typing import ClassVar

from tests.clients import storybook
from tests.clients.shared_cloud import ADMIN, cloud
from tests.clients.shells import Said, Shell
from tests.clients.storybook import Line, Story

PATIENCE = 60
MEMBER = ("--os-username", "demo", "--os-project-name", "demo")


class StoryCase(unittest.TestCase):
    """`shell` names the command, `settings` are its own."""

    shell: str
    settings: ClassVar[dict[str, str]]

    @classmethod
    def setUpClass(cls) -> None:
        cls.cloud = cloud()
        cls.facts = cls.cloud.facts()
        cls.typed = Shell(cls.shell, {**cls.cloud.environment(), **cls.settings})
        cls.addClassCleanup(cls.typed.close)
        cls.compute = cls.cloud.connection(ADMIN).compute

    def act(self, story: Story) -> None:
        """Every line in turn; the first that goes wrong ends the story."""
        facts = dict(self.facts)
        for line in story.lines:
            said = self._type(line, facts)
            self._judge(story, line, said, facts)
            if line.keep:
                facts[line.keep] = said.out.strip()
            for server, state in line.after:
                self._wait(line, storybook.fill(server, facts), state)

    def _type(self, line: Line, facts: dict[str, str]) -> Said:
        words = [*(MEMBER if line.member else ()), *line.words(facts)]
        until = time.monotonic() + (PATIENCE if line.patient else 0)
        while (said := self.typed.run(words)).code and time.monotonic() < until:
            time.sleep(0.5)
        return said

    def _judge(self, story: Story, line: Line, said: Said, facts: dict[str, str]) -> None:
        about = f"{story.name}: {line.text}\n{said.out}{said.err}"
        if line.refused:
            self.assertNotEqual(0, said.code, about)
            self.assertRegex(said.out + said.err, storybook.fill(line.refused, facts), about)
        else:
            self.assertEqual(0, said.code, about)
        for pattern in line.shows:
            self.assertTrue(re.search(storybook.fill(pattern, facts), said.out), about)

    def _wait(self, line: Line, name: str, state: str) -> None:
        until = time.monotonic() + PATIENCE
        while (now := self._state(name)) != state:
            if time.monotonic() > until:
                self.fail(f"{line.text}\n{name} is {now}, not {state}")
            time.sleep(0.1)

    def _state(self, name: str) -> str:
        found = list(self.compute.servers(all_projects=True, name=f"^{name}$"))
        if not found:
            return "gone"
        # Until its task has ended a server may still show the state it comes from.
        return f"{found[0].status}" if not found[0].task_state else f"in {found[0].task_state}"

    def leave_nothing_out(self) -> None:
        """Every command of the shell is in a story or has a reason, and not both."""
        there, without = self.typed.commands(), storybook.untold(self.shell)
        lines = [line for story in storybook.read(self.shell) for line in story.lines]
        used = {found for line in lines if (found := _longest(line.command, there))}
        self.assertEqual(set(), there - used - without, "in no story and without a reason")
        self.assertEqual(set(), without & used, "has a reason and a story")
        self.assertEqual(set(), without - there, "has a reason and does not exist")


def tells(case: type[StoryCase]) -> type[StoryCase]:
    """Give a class one test for each story of its shell."""
    for story in storybook.read(case.shell):
        name = "test_" + re.sub(r"\W+", "_", story.name).strip("_")
        setattr(case, name, lambda self, story=story: self.act(story))
    return case


def _longest(command: str, there: set[str]) -> str | None:
    words = re.sub(r"^(--\S+ \S+ )+", "", command).split()
    tries = (" ".join(words[:length]) for length in range(len(words), 0, -1))
    return next((name for name in tries if name in there), None)
