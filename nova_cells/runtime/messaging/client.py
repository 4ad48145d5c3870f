# SPDX-License-Identifier: Apache-2.0
"""Clients generated from an interface: one method per declared method, keyword arguments only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Peer = Callable[[], Mapping[str, Any] | None]
"""What the other side advertised: {"interfaces": {name: [low, high]}, "objects": {name: version}}.

None means nothing is known of it: it is spoken to in the newest versions.
"""


class Client:
    """Has the interface's methods; `_deadline=` seconds overrides the declared deadline of a call.

    A call returns the value, raises Refused (the peer did nothing) or Unknown (nobody can tell).
    """

    def __getattr__(self, name: str) -> Callable[..., Any]:
        raise AttributeError(name)
