# SPDX-License-Identifier: Apache-2.0
"""docs/parity.md: capability by driver, from what drivers claim and what the last run showed."""

from __future__ import annotations

from typing import Any

from tests.parity import results
from tests.parity.columns import COLUMNS, Column
from tests.parity.results import PASSED, RECORD, UNVERIFIED, Results
from tests.parity.suite import claimed, parities

PAGE = "parity.md"
INTRODUCTION = """\
<!-- Written by tools/parity from tests/parity. -->
# What each kind of guest can do

One suite a capability, run alike on every driver that claims it: the fake one, real virtual
machines of QEMU and real containers of LXC, both by libvirt, and nodes of a real Ironic (whose
hardware is fake). `passes`: in the last run it did.
`not claimed`: the scheduler puts nobody there who needs it, and the API refuses before anything
begins. `unverified`: it is claimed, and can't be shown on the machines that run these tests.

"""
CORE = "always"
NOT_CLAIMED, NOT_RUN = "not claimed", "not run"


def page() -> str:
    """The whole page."""
    shown, unshown = results.read(RECORD), results.read(UNVERIFIED)
    rows = [_row(kind, shown, unshown) for kind in ordered()]
    names = [column.name for column in COLUMNS]
    head = _line(["capability", "trait", *names]) + _line(["---"] * (len(names) + 2))
    count = f"{len(rows)} capabilities.\n\n"
    return INTRODUCTION + count + head + "".join(map(_line, rows)) + _notes(unshown)


def ordered() -> list[Any]:
    """What needs no trait, then the rest by trait."""
    return sorted(parities(), key=lambda kind: (trait(kind) != CORE, trait(kind), kind.__name__))


def trait(kind: Any) -> str:
    return getattr(kind.capability, "trait", CORE)


def cell(kind: Any, column: Column, shown: Results, unshown: Results) -> str:
    """How it is with one capability of one driver."""
    if kind not in claimed(column.driver_class()):
        return NOT_CLAIMED
    if (column.name, kind.capability.__name__) in unshown:
        return "unverified"
    how = shown.get((column.name, kind.__name__), NOT_RUN)
    return "passes" if how == PASSED else how


def _row(kind: Any, shown: Results, unshown: Results) -> list[str]:
    what = kind.__doc__.splitlines()[0]
    cells = [cell(kind, column, shown, unshown) for column in COLUMNS]
    return [what, f"`{trait(kind)}`" if trait(kind) != CORE else CORE, *cells]


def _notes(unshown: Results) -> str:
    if not unshown:
        return ""
    lines = [
        f"- {name} on {column}: {reason}\n" for (column, name), reason in sorted(unshown.items())
    ]
    return "\n## Unverified, and why\n\n" + "".join(lines)


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |\n"
