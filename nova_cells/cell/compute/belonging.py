# SPDX-License-Identifier: Apache-2.0
"""Which cell's bus an agent uses: that of its configuration, or the one it was sent to.

It is sent in two steps, both on its disk: it is told where to go, and goes when the cell it is in
knows its host no more. So it is never without a cell, and never in two. A change of the
configuration counts for more than what was said before.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nova_cells.cell.compute.identity import write_file
from nova_cells.clients import references


class Belonging:
    """`configured`: URL or reference; `conf` says where a key manager is.

    `follow` has the process go where `reference` leads.
    """

    def __init__(self, state_dir: Path, configured: str, conf: Any = None) -> None:
        self._path = state_dir / "cell-bus"
        self._configured = configured
        self._conf = conf
        self.follow: Callable[[], None] = lambda: None

    def reference(self) -> str:
        """Where the bus is."""
        told = self._told()
        return str(told["reference"]) if told.get("gone") else self._configured

    def is_sent(self) -> bool:
        """Whether it is to go as soon as its cell lets it."""
        return bool(self._told()) and not self._told()["gone"]

    def send(self, reference: str) -> None:
        """Where to go; raises SecretMissing for what can't be looked up here."""
        references.resolve(reference, self._conf)
        self._write(reference, gone=False)

    def stay(self) -> None:
        """Not to go after all; from where it has gone already it does not come back."""
        if self.is_sent():
            self._path.unlink(missing_ok=True)

    def go(self) -> None:
        """Be there from now on."""
        self._write(self._told()["reference"], gone=True)
        self.follow()

    def _write(self, reference: str, *, gone: bool) -> None:
        told = {"reference": reference, "gone": gone, "configured": self._mark()}
        write_file(self._path, json.dumps(told))

    def _told(self) -> dict[str, Any]:
        try:
            told = json.loads(self._path.read_text())
        except FileNotFoundError:
            return {}
        return told if told["configured"] == self._mark() else {}

    def _mark(self) -> str:
        """What is configured may hold a password."""
        return hashlib.sha256(self._configured.encode()).hexdigest()
