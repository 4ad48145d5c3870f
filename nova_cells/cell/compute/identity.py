# SPDX-License-Identifier: Apache-2.0
"""Who a host is, for good: a uuid on its disk, made once and never changed.

A cell refuses a host that comes under a known name with another identity: its guests would be lost
sight of. Files are written so that a crash leaves the old one or the new one, never half of one.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from urllib.parse import quote

from nova_cells.cell.compute.ledger.log_file import sync_folder

CHANGED = (
    "The cell knows host %(host)s under another identity than %(identity)s, which is in %(path)s. "
    "If this machine replaces a lost one, delete the host first (nova-cells-manage host delete); "
    "if its state folder was lost or copied, restore it; if two machines carry the name, rename "
    "one. Until then the host stays out of service."
)


class IdentityDamaged(Exception):
    """The file is there, but what it holds is no identity: making another would be worse."""


class Identities:
    """The identities of an agent's hosts, and the mark of the deployment they belong to."""

    def __init__(self, state_dir: Path) -> None:
        self._folder = state_dir

    def path(self, host: str) -> Path:
        """Where a host's identity is."""
        return self._folder / "hosts" / _file_name(host)

    def of(self, host: str) -> str:
        """The identity of a host, made if it has none yet."""
        path = self.path(host)
        if path.exists():
            return _read(path)
        made = str(uuid.uuid4())
        write_file(path, made)
        return made

    def deployment(self) -> str | None:
        """The deployment this agent was last welcomed to."""
        path = self._folder / "deployment"
        return path.read_text().strip() if path.exists() else None

    def join(self, deployment: str) -> None:
        """Remember the deployment."""
        if self.deployment() != deployment:
            write_file(self._folder / "deployment", deployment)


def _file_name(host: str) -> str:
    return (
        quote(host, safe="").replace(".", "%2E") if host.startswith(".") else quote(host, safe="")
    )


def _read(path: Path) -> str:
    text = path.read_text().strip()
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise IdentityDamaged(
            f"{path} does not hold a host's identity but {text[:80]!r}. Restore it, or delete the "
            "host from its cell and then this file."
        ) from None


def write_file(path: Path, text: str) -> None:
    """The whole text or what was there before, whatever happens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    with fresh.open("w") as stream:
        stream.write(text + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(fresh, path)
    sync_folder(path.parent)
