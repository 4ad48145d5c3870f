# SPDX-License-Identifier: Apache-2.0
"""What an operator may say of a cell's part in placing servers. Nothing said: as any other cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class CellRules:
    """`zones`: a request for one of them goes only to cells that name it.

    `canary`: percent of choices in which the cell takes part while others could do it.
    `max_instances`: with as many the cell is full. `max_hosts`: with as many it takes no more.
    `weight`: its chance against other cells is multiplied by this.
    """

    zones: tuple[str, ...] = ()
    canary: int | None = None
    max_instances: int | None = None
    max_hosts: int | None = None
    weight: float = 1.0

    @classmethod
    def of(cls, document: Mapping[str, Any] | None) -> CellRules:
        """From its stored form; what a newer release added is left alone."""
        known = {name: value for name, value in (document or {}).items() if name in _NAMES}
        known["zones"] = tuple(known.get("zones") or ())
        return cls(**known)

    def document(self) -> dict[str, Any]:
        """What differs from no rules at all."""
        nothing = asdict(CellRules())
        said = {name: value for name, value in asdict(self).items() if value != nothing[name]}
        return {name: list(v) if isinstance(v, tuple) else v for name, v in said.items()}

    def __str__(self) -> str:
        return ", ".join(
            f"{name}={'+'.join(value) if isinstance(value, list) else value}"
            for name, value in self.document().items()
        )


_NAMES = frozenset(CellRules.__dataclass_fields__)
NO_RULES = CellRules()
