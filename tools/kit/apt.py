# SPDX-License-Identifier: Apache-2.0
"""Distribution packages: install what is missing, and nothing when nothing is."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from kit import say


def missing(*packages: str) -> list[str]:
    """The given packages that are not installed."""
    return [name for name in packages if not _installed(name)]


def _installed(name: str) -> bool:
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", name]
    done = subprocess.run(query, capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout == "installed"


def ensure(*packages: str) -> None:
    """Install the missing ones; needs root, a Debian-like system and its ordinary sources."""
    if not shutil.which("dpkg-query"):
        raise say.Trouble(f"not a Debian-like system: install by hand: {' '.join(packages)}")
    wanted = missing(*packages)
    if not wanted:
        return
    if os.geteuid() != 0:
        raise say.Trouble(f"run once as root, or install: apt-get install {' '.join(wanted)}")
    with say.step(f"installing {len(wanted)} packages: {' '.join(wanted)}"):
        _apt("update")
        _apt("install", "-y", "--no-install-recommends", *wanted)


def unpack(package: str, where: Path) -> Path:
    """The files of a package below a folder, without installing it or what it depends on."""
    if not where.exists():
        with say.step(f"fetching {package}"), tempfile.TemporaryDirectory() as folder:
            _apt("update")
            _apt("download", package, cwd=folder)
            (archive,) = Path(folder).glob("*.deb")
            new = where.with_suffix(".new")
            shutil.rmtree(new, ignore_errors=True)
            new.parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["dpkg-deb", "-x", str(archive), str(new)], check=True)
            new.rename(where)
    return where


def _apt(*words: str, cwd: str | None = None) -> None:
    # policy-rc.d would be the other way to keep services from starting; without an init system
    # invoke-rc.d does nothing, and with one the operator's own defaults apply.
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    done = subprocess.run(
        ["apt-get", "-q", "-o", "DPkg::Lock::Timeout=300", *words],
        env=environment,
        cwd=cwd,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-8:])
        raise say.Trouble(f"apt-get {words[0]} failed:\n{tail}")
