# SPDX-License-Identifier: Apache-2.0
"""Stories: what a user types line by line, and what has to come of it.

A line is a command of the shell, then any of, each after two spaces:
  `!! PATTERN`      the command is refused and says so
  `-> PATTERN`      the command prints it
  `=> SERVER STATE` afterwards the server reaches the state (`gone`: it is no longer there)
`name <- command` keeps what the command printed; `{name}` puts it, or a fact of the cloud, in.
`as member:` before a command makes the ordinary user type it; else the administrator does.
`in the end:` before it: refused at first, it is typed again until it works.
Stories are in stories/*.txt, each below its `# name`; the last, "in no story", has `command: why`.
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

_MARK = re.compile(r"\s{2,}(!!|->|=>)\s+")
_KEEP = re.compile(r"^(\w+) <- ")
_MEMBER = "as member: "
_PATIENT = "in the end: "
STORIES = Path(__file__).with_name("stories")
UNTOLD = "in no story"


@dataclass(frozen=True)
class Line:
    """One command and what is expected of it; `text` is as written, for messages."""

    text: str
    command: str
    member: bool = False
    patient: bool = False
    keep: str = ""
    refused: str = ""
    shows: tuple[str, ...] = ()
    after: tuple[tuple[str, str], ...] = ()

    def words(self, facts: dict[str, str]) -> list[str]:
        """The command as the shell gets it."""
        return shlex.split(fill(self.command, facts))


@dataclass(frozen=True)
class Story:
    """Lines that follow from each other; `name` says what they are about."""

    name: str
    lines: list[Line]


def fill(text: str, facts: dict[str, str]) -> str:
    """Put facts in for names in braces; other braces stay."""
    return re.sub(r"\{(\w+)\}", lambda found: facts[found[1]], text)


def read(shell: str) -> list[Story]:
    """The stories of a shell."""
    return [
        Story(name, [_line(row) for row in rows])
        for name, rows in _parts(shell).items()
        if name != UNTOLD
    ]


def untold(shell: str) -> set[str]:
    """The commands that are in no story, each for the reason that stands by it."""
    pairs = (row.partition(": ") for row in _parts(shell)[UNTOLD])
    return {command for command, _, reason in pairs if reason}


def _parts(shell: str) -> dict[str, list[str]]:
    text = (STORIES / f"{shell}.txt").read_text()
    _, *parts = re.split(r"^# (.+)\n", text, flags=re.MULTILINE)
    names, bodies = parts[::2], parts[1::2]
    return {
        name: [row.strip() for row in body.splitlines() if row.strip()]
        for name, body in zip(names, bodies, strict=True)
    }


def _line(text: str) -> Line:
    kept = _KEEP.match(text)
    rest = text[kept.end() :] if kept else text
    member = rest.startswith(_MEMBER)
    patient = rest.startswith(_PATIENT)
    command, *marks = _MARK.split(rest.removeprefix(_MEMBER).removeprefix(_PATIENT))
    pairs = list(zip(marks[::2], marks[1::2], strict=True))
    return Line(
        text,
        command.strip(),
        member=member,
        patient=patient,
        keep=kept[1] if kept else "",
        refused=next((said for mark, said in pairs if mark == "!!"), ""),
        shows=tuple(said for mark, said in pairs if mark == "->"),
        after=tuple(_pair(said) for mark, said in pairs if mark == "=>"),
    )


def _pair(said: str) -> tuple[str, str]:
    server, state = said.split()
    return server, state
