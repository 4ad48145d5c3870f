# SPDX-License-Identifier: Apache-2.0
"""Takes a server, switched off for the journey, to another host; its owner confirms or reverts.

It is a resize to the same size that must not stay where it is.
"""

from __future__ import annotations

from nova_cells.cell.conductor.moves import move

OPERATIONS = (move("migrate", "migrate"),)
