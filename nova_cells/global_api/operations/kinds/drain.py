# SPDX-License-Identifier: Apache-2.0
"""Empties a cell: moves are begun, so many at a time, until no server lives there any more.

It does nothing to servers itself, so there is nothing to undo: what has moved has moved.
"""

from __future__ import annotations

from nova_cells.journal.model import Operation, service_step

OPERATIONS = (Operation("drain", "drain", steps=(service_step("empty_cell"),)),)
