# SPDX-License-Identifier: Apache-2.0
"""One conductor process of a cell: wires the stores, the journal, the endpoints and the loops.

`conf` has the groups of `nova_cells.cell.opts` and of the scheduler; `database` is the cell's own.
Any number of conductors may run on one cell; none is special.
"""

from __future__ import annotations

from typing import Any

from nova_cells.runtime.clock import now


class Conductor:
    """A service with `start` and `stop`. `deployment` is the mark of this deployment."""

    def __init__(
        self,
        conf: Any,
        database: Any,
        bus: Any,
        *,
        cell_uuid: str,
        cell_name: str,
        deployment: str = "nova-cells",
        name: str | None = None,
        clock: Any = now,
    ) -> None:
        """`name` is this process's own, shown among services; made of host and pid if absent."""

    def start(self) -> None:
        """Refuse a foreign database, then serve."""

    def stop(self) -> None:
        """Stop serving; whatever is unfinished another conductor, or the next start, goes on with."""
