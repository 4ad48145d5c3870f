# SPDX-License-Identifier: Apache-2.0
"""Moves a host to another cell: emptied, sent, and awaited there under the name it has.

Its subject is the host's uuid in the cell it leaves. Its agent remembers on its own disk where it
is to go; each step looks how far that is, so any of them may be done twice.
"""

from __future__ import annotations

from nova_cells.journal.model import Operation, service_step

OPERATIONS = (
    Operation(
        "move_host",
        "move_host",
        steps=(
            service_step("empty_host", undo="keep_host"),
            service_step("send_host"),
        ),
        insists=True,
    ),
)
