# SPDX-License-Identifier: Apache-2.0
"""Makes a server another size, on another host or where it is, and waits for its owner's word.

All that was is kept until then: disks and claim on the host it came from.
"""

from __future__ import annotations

from nova_cells.cell.conductor.moves import move

OPERATIONS = (move("resize", "resize"),)
