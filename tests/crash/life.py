# SPDX-License-Identifier: Apache-2.0
"""One life of a whole cloud: a forked process, so that a life costs no start-up of Python.

The parent must have no threads when it begins a life. Lives of one folder follow each other; what
the guests are is in files there, as real guests are on their hosts.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nova_cells import cell, global_api
from nova_cells.cli import config
from nova_cells.cli.standalone.cloud import Cloud
from nova_cells.cli.standalone.layout import Layout
from nova_cells.runtime import crash, log
from tests.crash.points import Point, Visits

START_WITHIN = 60.0


def _import_everything() -> None:
    """What a cloud imports late is imported here once, and not in every life."""
    for package in (cell, global_api):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if "libvirt" not in module.name:
                importlib.import_module(module.name)


_import_everything()

OPTIONS = """\
[conductor]
beat_interval = 1
work_lease = 1.5
recovery_interval = 0.1
retry_delay = 0.1
facts_keepalive = 1
[router]
lease = 1
recovery_interval = 0.1
directory_interval = 0.5
[compute]
reconcile_interval = 1
register_retry = 0.2
report_retry = 0.2
"""
UNLIMITED = "[quota]\ninstances = -1\ncores = -1\nram = -1\nserver_group_members = -1\n"


@dataclass
class Shape:
    """What a cloud consists of; `options` is text for its configuration file."""

    cells: int = 1
    hosts: int = 2
    options: str = ""
    layout: type[Layout] = Layout
    files: list[str] = field(default_factory=list)


class Life:
    """A running cloud in `root`. `fatal` ends it at that point; counting begins at the start."""

    def __init__(self, root: Path, shape: Shape, *, fatal: Point | None = None) -> None:
        self.root = root
        self.port = free_port()
        self.status: int | None = None
        mine, theirs = socket.socketpair()
        root.mkdir(parents=True, exist_ok=True)
        self.pid = os.fork()
        if not self.pid:
            mine.close()
            _live(root, shape, self.port, theirs, fatal)
        theirs.close()
        self._channel = mine.makefile("rwb")
        self._socket = mine

    def ready(self) -> bool:
        """Wait until it serves; False when it died before."""
        return self._answer(START_WITHIN) is not None

    def watch(self, fatal: Point | None = None) -> None:
        """Count points anew, and die at `fatal`."""
        self._ask("watch", [fatal.label, fatal.visit] if fatal else None)

    def reached(self) -> list[Point]:
        """The points since the last `watch`, or the start."""
        return [Point(*pair) for pair in self._ask("reached") or ()]

    @property
    def alive(self) -> bool:
        """Whether the process still runs; reaps it when not."""
        if self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
        return self.status is None

    def kill(self) -> None:
        """End it at once, wherever it is."""
        if self.alive:
            os.kill(self.pid, signal.SIGKILL)
            _, status = os.waitpid(self.pid, 0)
            self.status = os.waitstatus_to_exitcode(status)
        self._channel.close()
        self._socket.close()

    def stop(self) -> None:
        """End it in order."""
        if self.alive:
            self._ask("stop")
        self.kill()

    def _ask(self, word: str, argument: Any = None) -> Any:
        try:
            self._channel.write(json.dumps([word, argument]).encode() + b"\n")
            self._channel.flush()
        except OSError:
            return None
        return self._answer(START_WITHIN)

    def _answer(self, seconds: float) -> Any:
        until = time.monotonic() + seconds
        while not select.select([self._socket], [], [], 0.2)[0]:
            if time.monotonic() > until:
                raise AssertionError(f"the cloud in {self.root} does not answer")
        line = self._channel.readline()
        return json.loads(line) if line else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _live(root: Path, shape: Shape, port: int, channel: socket.socket, fatal: Point | None) -> None:
    """The child: never returns."""
    try:
        output = os.open(root / "output.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        visits = Visits(fatal)
        crash.arm(visits)
        cloud = _cloud(root, shape, port)
        cloud.start()
        _serve(channel, cloud, visits)
    except BaseException:  # noqa: BLE001 - the child's last word; it must not run on as a test
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


def _cloud(root: Path, shape: Shape, port: int) -> Cloud:
    file = root / "crash.conf"
    file.write_text(OPTIONS + shape.options)
    conf = config.load([], [str(file), *shape.files])
    layout = shape.layout(root)
    layout.lock()
    conf.set_override("log_file", str(layout.log))
    log.setup(conf, "crash")
    sys.setswitchinterval(0.001)
    return Cloud(
        conf,
        layout,
        cells=shape.cells,
        hosts=shape.hosts,
        driver="fake",
        auth="noauth",
        port=port,
    )


def _serve(channel: socket.socket, cloud: Cloud, visits: Visits) -> None:
    words = channel.makefile("rwb")

    def say(value: Any) -> None:
        words.write(json.dumps(value).encode() + b"\n")
        words.flush()

    say("ready")
    for line in words:
        word, argument = json.loads(line)
        if word == "watch":
            visits.begin(Point(*argument) if argument else None)
            say("ok")
        elif word == "reached":
            say([(point.label, point.visit) for point in visits.reached()])
        elif word == "stop":
            cloud.stop()
            say("ok")
            return
