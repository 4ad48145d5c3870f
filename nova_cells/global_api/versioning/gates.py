# SPDX-License-Identifier: Apache-2.0
"""Changes of behaviour, asked for by name.

A view asks `request.gate("2.38-bad-status-is-refused")` and hands its service a plain argument;
a service never learns of versions. A gate nobody declared is a mistake, not a closed gate.
"""

from __future__ import annotations

GATES: dict[str, int] = {}


def gate(since: int, name: str) -> None:
    """Declare that a behaviour holds from a version on; its name begins with that version."""
    if not name.startswith(f"2.{since}-"):
        raise ValueError(f"the gate {name!r} does not begin with its version 2.{since}")
    GATES[name] = since


def gate_open(name: str, minor: int) -> bool:
    """Whether the named behaviour holds in a version."""
    return minor >= GATES[name]
