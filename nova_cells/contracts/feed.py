# SPDX-License-Identifier: Apache-2.0
"""What a cell publishes on its own bus; the global side listens there.

`Changes` is served by routers, which compete for batches. `Facts` is heard by every API and router
process. A cell knows of neither: it publishes, and what nobody took it publishes again.
"""

from __future__ import annotations

from nova_cells.contracts.interface import interface, method
from nova_cells.objects import CellFacts, FeedItem


@interface(name="changes", topic="nova-cells-changes", version="1.0")
class Changes:
    """The acknowledged half of the feed."""

    @method(deadline=5.0)
    def changes(  # type: ignore[empty-body]
        self, cell: str, items: list[FeedItem], deployment: str = ""
    ) -> list[str]:
        """Upsert what is newer; answers the keys that are durable and need not come again."""


@interface(name="facts", topic="nova-cells-facts", version="1.0")
class Facts:
    """The unacknowledged half: a lost message is repaired by the next one."""

    @method(cast=True, fanout=True)
    def facts(self, facts: CellFacts) -> None:
        """Capacity, services, versions; at most once a second."""
