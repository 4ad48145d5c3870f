# SPDX-License-Identifier: Apache-2.0
"""Where the tools keep things: nothing outside the checkout, the cache and a given state folder."""

import os
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
TOOLS = CHECKOUT / "tools"


def cache() -> Path:
    """Downloads and built environments, shared by checkouts; safe to delete."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "nova_cells"


def state() -> Path:
    """The default place of running things (quickstart's cloud)."""
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(base) / "nova_cells"
