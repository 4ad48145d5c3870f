# SPDX-License-Identifier: Apache-2.0
"""Real servers for tests: started by whoever needs one first, shared by all, ended after the last.

Test processes (stestr has several) leave their pid in a shared folder; a reaper of the harness's
own ends the servers when no user lives any more. Databases and virtual hosts have names of their
own, so runs beside each other share a server and nothing else.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent.parent
sys.path.append(str(CHECKOUT / "tools"))

from kit.daemon import _started  # noqa: E402 - the tools are no package of ours
from kit.mariadb import MariaDB  # noqa: E402
from kit.postgresql import PostgreSQL  # noqa: E402
from kit.rabbitmq import RabbitMQ  # noqa: E402

KINDS: dict[str, tuple[Callable[[Path], Any], str, tuple[str, ...]]] = {
    "mariadb": (MariaDB, "/usr", ("sbin/mariadbd", "bin/mariadbd")),
    "postgresql": (PostgreSQL, "/usr/lib/postgresql", ("*/bin/initdb",)),
    "rabbitmq": (RabbitMQ, "/usr/lib/rabbitmq/lib", ("rabbitmq_server-*/sbin",)),
}
PASSWORD = "secret-of-tests"
_numbers = itertools.count(1)


def folder() -> Path:
    """The shared folder; one for each checkout and account."""
    mark = hashlib.sha256(f"{CHECKOUT} {os.geteuid()}".encode()).hexdigest()[:10]
    return Path(tempfile.gettempdir()) / f"nova-cells-tests-{mark}"


def missing(kind: str) -> str | None:
    """Why there can be no such server here; None when there can."""
    _make, root, patterns = KINDS[kind]
    if any(next(Path(root).glob(pattern), None) for pattern in patterns):
        return None
    return f"{kind} is not installed"


@functools.cache
def server(kind: str) -> Any:
    """The running server of a kind, started if this is the first process to ask."""
    with _locked() as shared:
        _become_user(shared)
        made = KINDS[kind][0](shared)
        if not made.daemon.pid:
            made.start()
    return made


def _become_user(shared: Path) -> None:
    users = shared / "users"
    users.mkdir(exist_ok=True)
    (users / str(os.getpid())).write_text(str(_started(os.getpid())))
    _ensure_reaper(shared)


def new_name() -> str:
    """A name no other test uses, fit for a database and an account."""
    return f"t{os.getpid()}_{next(_numbers)}"


def new_database(kind: str) -> str:
    """The URL of an empty database of its own."""
    url: str = server(kind).database(new_name(), PASSWORD)
    return url


def new_vhost() -> str:
    """The transport URL of an empty virtual host."""
    url: str = server("rabbitmq").vhost(new_name(), PASSWORD)
    return url


@contextmanager
def _locked() -> Iterator[Path]:
    shared = folder()
    shared.mkdir(exist_ok=True)
    shared.chmod(0o755)
    with (shared.parent / f"{shared.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shared.mkdir(exist_ok=True)
        yield shared


def _ensure_reaper(shared: Path) -> None:
    record = shared / "reaper"
    if record.exists() and _lives(*record.read_text().split()):
        return
    reaper = subprocess.Popen(
        [sys.executable, "-m", "tests.stores.harness"],
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    record.write_text(f"{reaper.pid} {_started(reaper.pid)}")


def _lives(pid: str, started: str) -> bool:
    return _started(int(pid)) == started


def _reap() -> None:
    """End every server once no test process lives; runs as a process of its own."""
    while True:
        time.sleep(2)
        with _locked() as shared:
            users = shared / "users"
            for user in list(users.iterdir()):
                if not _lives(user.name, user.read_text()):
                    user.unlink()
            if not any(users.iterdir()):
                _end_servers(shared)
                shutil.rmtree(shared, ignore_errors=True)
                return


def _end_servers(shared: Path) -> None:
    for kind, (make, _root, _patterns) in KINDS.items():
        if (shared / "run" / f"{kind}.json").exists():
            made = make(shared)
            getattr(made, "stop", made.daemon.stop)()


def _run(command: list[str]) -> int:
    """Run a command with what servers it starts kept until it ends, tests between tests or not."""
    with _locked() as shared:
        _become_user(shared)
    return subprocess.run(command, check=False).returncode


if __name__ == "__main__":
    if sys.argv[1:2] == ["--"]:
        sys.exit(_run(sys.argv[2:]))
    _reap()
