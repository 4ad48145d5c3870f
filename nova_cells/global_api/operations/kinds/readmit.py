# SPDX-License-Identifier: Apache-2.0
"""Has a cell that is believed again agree with the index about every server of it.

The index never goes back. What left the cell while it was not believed it lets go of; what it has
older than is known gets a new epoch, under which it is heard.
"""

from __future__ import annotations

from nova_cells.journal.model import Operation, service_step

OPERATIONS = (Operation("readmit", "readmit", steps=(service_step("settle_with_cell"),)),)
