# SPDX-License-Identifier: Apache-2.0
"""What a conductor asks of a compute agent. Addressed to one agent by its RPC server name."""

from __future__ import annotations

from typing import Any

from nova_cells.contracts.interface import interface, method
from nova_cells.objects import ConsoleTarget, Diagnostics, HostWork, ImageFacts


@interface(name="agent", topic="nova-cells-compute", version="1.0")
class Agent:
    """One agent serves one or many hosts; each call names the host it is for."""

    @method(cast=True)
    def run(self, work: HostWork) -> None:
        """Do the steps in order, stop at the first that does not end well, report all results."""

    @method(deadline=10.0)
    def console_output(self, host: str, uuid: str, lines: int) -> str:  # type: ignore[empty-body]
        """The last `lines` lines of a guest's serial console; -1 means all that is kept."""

    @method(deadline=10.0)
    def console(self, host: str, uuid: str, kind: str) -> ConsoleTarget:  # type: ignore[empty-body]
        """Where a guest's console of this public type ("novnc", "serial" …) listens."""

    @method(deadline=10.0)
    def diagnostics(self, host: str, uuid: str) -> Diagnostics:  # type: ignore[empty-body]
        """What a guest that runs uses now."""

    @method(deadline=5.0)
    def devices(self, host: str, uuid: str) -> list[dict[str, Any]]:  # type: ignore[empty-body]
        """Where in a guest its devices are, as meta_data.json shows them."""

    @method(deadline=8.0)
    def leave(self, host: str, transport: str) -> bool:  # type: ignore[empty-body]
        """Be ready to register with the cell whose bus this refers to, once this one lets go.

        Refuses what can't be looked up there, and with HOST_IN_USE while there is work in hand.
        """

    @method(deadline=8.0)
    def stay(self, host: str) -> bool:  # type: ignore[empty-body]
        """Forget that: the host stays in its cell."""

    @method(cast=True)
    def cache_image(self, host: str, image: ImageFacts) -> None:
        """Fetch an image before a guest needs it; what came of it is told by `image_cached`."""
