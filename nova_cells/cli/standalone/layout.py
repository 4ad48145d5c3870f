# SPDX-License-Identifier: Apache-2.0
"""Where a standalone cloud keeps what, below its state folder; one process at a time has it."""

from __future__ import annotations

import fcntl
import json
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

CELL_NAMES = ("east", "west", "north", "south")


class StateInUse(Exception):
    """Another process has the folder."""


@dataclass(frozen=True)
class CellPlace:
    """One cell's identity and folder."""

    name: str
    uuid: str
    folder: Path

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.folder / 'cell.sqlite'}"

    @property
    def transport_url(self) -> str:
        return f"local://{self.uuid}"


class Layout:
    """Paths and lasting identities of one state folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._held: IO[str] | None = None
        root.mkdir(parents=True, exist_ok=True)

    @property
    def log(self) -> Path:
        return self.root / "standalone.log"

    @property
    def images(self) -> Path:
        return self.root / "images"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.root / 'global.sqlite'}"

    def lock(self) -> None:
        """Hold the folder until this process ends, else `StateInUse`."""
        self._held = (self.root / "lock").open("w")
        try:
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StateInUse(f"{self.root} is in use by another standalone cloud") from None

    def deployment(self) -> str:
        """The mark of this cloud, made once."""
        return self._identities()["deployment"]

    def cells(self, count: int) -> list[CellPlace]:
        """`count` cells or as many as there already are, whichever is more: none is ever lost."""
        known = self._identities()
        while len(known["cells"]) < count:
            number = len(known["cells"])
            name = CELL_NAMES[number] if number < len(CELL_NAMES) else f"cell{number + 1}"
            known["cells"].append({"name": name, "uuid": str(uuid.uuid4())})
        self.write("identities.json", known)
        places = [
            CellPlace(cell["name"], cell["uuid"], self.root / "cells" / cell["name"])
            for cell in known["cells"]
        ]
        for place in places:
            place.folder.mkdir(parents=True, exist_ok=True)
        return places

    def _identities(self) -> dict[str, Any]:
        path = self.root / "identities.json"
        if path.exists():
            return json.loads(path.read_text())
        known: dict[str, Any] = {"deployment": str(uuid.uuid4()), "cells": []}
        self.write("identities.json", known)
        return known

    def write(self, name: str, document: Any) -> Path:
        """Write a JSON or text file whole or not at all; tokens lie in them, so owner only."""
        text = document if isinstance(document, str) else json.dumps(document, indent=2) + "\n"
        path = self.root / name
        partial = path.with_name(f"{name}.part")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        return path
