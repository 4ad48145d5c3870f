# SPDX-License-Identifier: Apache-2.0
"""What a cell may be in the eyes of the global side. A cell itself knows nothing of it."""

from __future__ import annotations

ENABLED = "enabled"
"""Takes new servers."""
DISABLED = "disabled"
"""Takes none; what lives there is served."""
DRAINING = "draining"
"""As disabled, while everything is moved out."""
FENCED = "fenced"
"""Declared dead: never asked, never believed, so that its servers may be evacuated."""
RESTORED = "restored"
"""Found to be put back from a backup: what it says is not believed until an operator looks."""

STATES = (ENABLED, DISABLED, DRAINING, FENCED, RESTORED)
_SERVED = frozenset({ENABLED, DISABLED, DRAINING})


def served(state: str) -> bool:
    """Whether the cell is asked and believed."""
    return state in _SERVED
