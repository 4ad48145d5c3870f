# SPDX-License-Identifier: Apache-2.0
"""Tempest's own workspace: made once, settings written anew, tests run from a list of ids."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
from functools import cached_property
from pathlib import Path

from kit import environment, say
from kit.conformance import outcome, settings, stack_settings
from kit.conformance.cloud import Cloud
from kit.conformance.outcome import Outcome

SCOPE = r"^tempest\.api\.compute\."
# With all services it also runs whole stories of servers.
WIDE_SCOPE = r"^tempest\.(api\.compute|scenario)\."


class Tempest:
    """One workspace below a state folder."""

    def __init__(self, state: Path, cloud: Cloud, *, stack: bool = False) -> None:
        self._cloud = cloud
        self._render = stack_settings.render if stack else settings.render
        self._scope = WIDE_SCOPE if stack else SCOPE
        self._bin = environment.service("tempest")
        self._home = state / "tempest"
        self._workspace = self._home / "workspace"
        self._streams = self._home / "streams"
        self._home.mkdir(parents=True, exist_ok=True)
        if not self._workspace.exists():
            self._run("tempest", "init", str(self._workspace), cwd=self._home)
        self._set(settings.OLDEST)

    def _set(self, oldest: str) -> None:
        text = self._render(self._cloud, self._home / "lock", oldest)
        path = self._workspace / "etc" / "tempest.conf"
        path.touch(mode=0o600)
        path.write_text(text)

    @cached_property
    def ids(self) -> dict[str, str]:
        """Every test in scope: the bare id → the one with its attributes."""
        done = self._run(
            "tempest", "run", "--list-tests", "--regex", self._scope, cwd=self._workspace
        )
        lines = (line.strip() for line in done.stdout.splitlines())
        return {outcome.bare(line): line for line in lines if line.startswith("tempest.")}

    def so_far(self) -> dict[str, Outcome]:
        """What is known of every test since the last `forget`; the later word counts."""
        found: dict[str, Outcome] = {}
        for stream in sorted(self._streams.glob("*.subunit")):
            known = outcome.read(stream).items()
            found |= {one: said for one, said in known if said.word != "unknown"}
        return found

    def forget(self) -> None:
        """Begin anew."""
        shutil.rmtree(self._streams, ignore_errors=True)

    def run(self, ids: list[str], workers: int, oldest: str = "") -> dict[str, Outcome]:
        """Run these bare ids; one that Tempest does not know is not in the answer.

        `oldest` is the microversion of tests that do not name one.
        """
        if not ids:
            return {}
        self._set(oldest or settings.OLDEST)
        chosen = self._home / "chosen.txt"
        chosen.write_text("".join(f"{self.ids[one]}\n" for one in ids if one in self.ids))
        self._streams.mkdir(exist_ok=True)
        stream = self._streams / f"{len(list(self._streams.iterdir())):04}.subunit"
        command = [
            *(str(self._bin / "tempest"), "run", "--subunit"),
            *("--load-list", str(chosen), "--concurrency", str(workers)),
        ]
        running = subprocess.Popen(
            command,
            cwd=self._workspace,
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        count = itertools.count(1)

        def told(one: str, said: Outcome) -> None:
            say.line(f"{next(count)} of {len(ids)}: {said.word} {one}")

        with running, stream.open("wb") as copy:
            assert running.stdout is not None
            return outcome.hear(running.stdout, copy, told)

    def _run(self, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        command = [str(self._bin / words[0]), *words[1:]]
        done = subprocess.run(
            command, cwd=cwd, env=self._environment(), capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise say.Trouble(f"{' '.join(words)} failed:\n{(done.stdout + done.stderr)[-1500:]}")
        return done

    def _environment(self) -> dict[str, str]:
        # Tempest keeps a registry of workspaces in the home folder; ours is our own.
        values = {**environment.environment(), "HOME": str(self._home), "PYTHONWARNINGS": "ignore"}
        values["PATH"] = f"{self._bin}{os.pathsep}{values['PATH']}"
        return values
