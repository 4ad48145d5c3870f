# SPDX-License-Identifier: Apache-2.0
"""Background processes by recorded pid: only what these tools started is ever stopped.

A pid alone can be another process by now; the kernel's start time beside it tells.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from kit import environment, say


class Daemon:
    """One background process with its log and pid record in a state folder."""

    def __init__(self, name: str, state: Path) -> None:
        self.name = name
        self.log = state / "log" / f"{name}.log"
        self._record = state / "run" / f"{name}.json"

    @property
    def pid(self) -> int | None:
        """The pid, if the process we started still lives."""
        if not self._record.exists():
            return None
        record = json.loads(self._record.read_text())
        return record["pid"] if _started(record["pid"]) == record["started"] else None

    def start(
        self, command: list[str], *, env: dict[str, str] | None = None, **kwargs: object
    ) -> int:
        """Start it in a session of its own unless it runs already; answers the pid."""
        if self.pid:
            return self.pid
        for folder in (self.log.parent, self._record.parent):
            folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**environment.environment(), **(env or {})},
                start_new_session=True,
                **kwargs,
            )
        record = {"pid": process.pid, "started": _started(process.pid)}
        self._record.write_text(json.dumps(record))
        return process.pid

    def wait(self, ready: Callable[[], bool], *, seconds: float = 60) -> None:
        """Wait until `ready`; a process that ends first is reported with its last words."""
        until = time.monotonic() + seconds
        while not ready():
            if not self.pid:
                raise say.Trouble(f"{self.name} ended at once; its log ends:\n{self.tail()}")
            if time.monotonic() > until:
                raise say.Trouble(f"{self.name} not ready after {seconds:.0f} s; {self.tail()}")
            time.sleep(0.1)

    def tail(self, lines: int = 12) -> str:
        """The end of its log."""
        if not self.log.exists():
            return "(no log)"
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def stop(self, *, seconds: float = 20, group: bool = False) -> None:
        """End it: SIGTERM, then SIGKILL when it does not go."""
        pid = self.pid
        if pid:
            send = os.killpg if group else os.kill
            _quietly(send, pid, signal.SIGTERM)
            until = time.monotonic() + seconds
            while self.pid and time.monotonic() < until:
                _reap(pid)
                time.sleep(0.05)
            if self.pid:
                _quietly(os.killpg, pid, signal.SIGKILL)
                _reap(pid)
        self._record.unlink(missing_ok=True)


def _started(pid: int) -> str | None:
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if words[0] == "Z" else words[19]


def _quietly(send: Callable[[int, int], None], pid: int, number: int) -> None:
    try:
        send(pid, number)
    except ProcessLookupError:
        return


def _reap(pid: int) -> None:
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
