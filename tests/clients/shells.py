# SPDX-License-Identifier: Apache-2.0
"""A client's shell, kept running between commands; see served_shell.py."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kit import environment

SERVED = Path(__file__).with_name("served_shell.py")


@dataclass(frozen=True)
class Said:
    """How one command ended."""

    code: int
    out: str
    err: str


class Shell:
    """One shell (`openstack` or `nova`) that talks to one cloud as one user."""

    def __init__(self, name: str, settings: dict[str, str]) -> None:
        values = {key: value for key, value in os.environ.items() if not key.startswith("OS_")}
        values.pop("PYTHONPATH", None)
        self._process = subprocess.Popen(
            [str(environment.service("client") / "python"), str(SERVED), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**values, **settings, "PYTHONWARNINGS": "ignore"},
        )

    def run(self, words: list[str]) -> Said:
        """Type one command."""
        return Said(**self._ask(words))

    def commands(self) -> set[str]:
        """What it can be told."""
        return set(self._ask([]))

    def _ask(self, words: list[str]) -> Any:
        sent, answers = self._process.stdin, self._process.stdout
        if sent is None or answers is None:
            raise AssertionError("the shell was started without pipes")
        sent.write(json.dumps({"words": words}) + "\n")
        sent.flush()
        return json.loads(answers.readline())

    def close(self) -> None:
        """End of its input ends it."""
        self._process.communicate()
