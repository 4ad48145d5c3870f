# SPDX-License-Identifier: Apache-2.0
"""Virtual environments: made once per set of requirements, found again by their digest."""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from kit import apt, paths, say


def service(name: str) -> Path:
    """The environment of a companion service, from kit/pins/<name>.txt; shared by checkouts."""
    pins = paths.TOOLS / "kit" / "pins" / f"{name}.txt"
    return ensure(paths.cache() / "venvs" / name, ["-r", str(pins)], stamp=pins.read_text())


def project(*extras: str) -> Path:
    """This checkout's own environment with the project in it (editable) and the given extras."""
    wanted = f"[{','.join(sorted(extras))}]" if extras else ""
    stamp = (paths.CHECKOUT / "setup.cfg").read_text() + wanted
    return ensure(
        paths.CHECKOUT / ".venv", ["-e", f"{paths.CHECKOUT}{wanted}"], stamp=stamp, named=wanted
    )


def run_in_project(module: str, arguments: list[str], *extras: str) -> NoReturn:
    """Go on as `module` in the project's own environment, made first when there is none."""
    try:
        bin_ = project(*extras)
    except say.Trouble as trouble:
        sys.exit(f"{trouble}")
    values = {**environment(), "PYTHONPATH": str(paths.TOOLS), "PYTHONWARNINGS": "ignore"}
    python = str(bin_ / "python")
    os.execve(python, [python, "-m", module, *arguments], values)


def wsgi(bin_: Path, application: str, port: int, threads: int) -> list[str]:
    """The command that serves a companion service's application on loopback."""
    script = paths.TOOLS / "kit" / "serve_wsgi.py"
    return [str(bin_ / "python"), "-P", str(script), application, str(port), str(threads)]


def ensure(where: Path, requirements: list[str], *, stamp: str, named: str = "") -> Path:
    """Make or complete the environment `where`; answers its bin folder."""
    digest = hashlib.sha256((sys.version + stamp).encode()).hexdigest()
    mark = where / ".complete"
    if mark.exists() and digest in mark.read_text().split():
        return where / "bin"
    with _alone(where), say.step(f"installing {where.name}{named} into {where}"):
        if mark.exists() and digest in mark.read_text().split():
            return where / "bin"  # by another process meanwhile
        if not (where / "bin" / "python").exists():
            _make(where)
        _install(where, requirements)
        with mark.open("a") as file:
            file.write(digest + "\n")
    return where / "bin"


def _make(where: Path) -> None:
    where.parent.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "venv", str(where)], capture_output=True, text=True
    )
    if done.returncode:
        apt.ensure("python3-venv")
        _run([sys.executable, "-m", "venv", "--clear", str(where)])


@contextmanager
def _alone(where: Path) -> Iterator[None]:
    """While nobody else makes the same environment."""
    locks = paths.cache() / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with (locks / hashlib.sha256(bytes(where)).hexdigest()[:16]).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _install(where: Path, requirements: list[str]) -> None:
    python = str(where / "bin" / "python")
    # uv resolves and unpacks in a tenth of pip's time; pip stays the way out where uv cannot
    # reach the index that pip is configured for.
    _run([python, "-m", "pip", "install", "-q", "uv", "setuptools>=68", "wheel"])
    fast = [str(where / "bin" / "uv"), "pip", "install", "-q", "--python", python, *requirements]
    if subprocess.run(fast, capture_output=True, env=environment()).returncode:
        _run([python, "-m", "pip", "install", "-q", *requirements])
    _run([python, "-m", "compileall", "-q", str(where / "lib")], check=False)


def environment() -> dict[str, str]:
    """The caller's environment, less what would make every start compile all modules again."""
    values = dict(os.environ)
    values.pop("PYTHONDONTWRITEBYTECODE", None)
    return values


def _run(command: list[str], *, check: bool = True) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
    if done.returncode and check:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-15:])
        raise say.Trouble(f"{' '.join(command)} failed:\n{tail}")
