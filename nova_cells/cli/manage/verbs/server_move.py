# SPDX-License-Identifier: Apache-2.0
"""Move a server to another cell."""

from __future__ import annotations

from nova_cells.cli.manage.onward import Onward


class Move(Onward):
    """Move a server to another cell, switched off for the journey; it is then as it was.

    A router does it; --wait looks on until it is over.
    """
