# SPDX-License-Identifier: Apache-2.0
"""Looks, slowly and for ever, whether heads still say what the network service says of their ports.

News may be lost on their way. One look is for many servers; only for one that is found to be
otherwise is an operation begun. A port the service does not list is not thereby gone: it is asked
with rights that an operator may take from us by mistake, and then lists nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from nova_cells.cell.conductor import ports
from nova_cells.cell.conductor.actions import Actions
from nova_cells.cell.db import instances
from nova_cells.clients.network.ports import PortService
from nova_cells.clients.service_faults import ServiceFault
from nova_cells.contracts import Refused
from nova_cells.runtime.context import RequestContext, use
from nova_cells.runtime.db import Database
from nova_cells.runtime.periodic import Periodic

LOG = logging.getLogger(__name__)
BATCH = 50
IDLE = 60.0
Document = dict[str, Any]


class NetworkHealing:
    """A service. `interval` in seconds between two looks at `BATCH` servers; 0: there are none."""

    def __init__(
        self,
        database: Database,
        actions: Actions,
        network: PortService | None,
        *,
        interval: float,
        clock: Callable[[], int],
    ) -> None:
        self._database = database
        self._actions = actions
        self._network = network if interval > 0 else None
        self._clock = clock
        self._after = ""
        self._rounds = Periodic("network healing", interval or IDLE, self.round)

    def start(self) -> None:
        if self._network is not None:
            self._rounds.start()

    def stop(self) -> None:
        if self._network is not None:
            self._rounds.stop()

    def round(self) -> None:
        """One look; the next goes on after these servers."""
        if self._network is None:
            return
        found = self._database.read(lambda c: instances.after(c, self._after, BATCH))
        self._after = found[-1]["uuid"] if len(found) == BATCH else ""
        wired = [head for head in found if _is_at_rest(head) and ports.of_service(head["nics"])]
        if not wired:
            return
        try:
            fresh = self._read(self._network, wired)
        except ServiceFault as fault:
            LOG.info("no look at the ports of %d servers: %s", len(wired), fault.message)
            return
        for head in wired:
            if ports.refreshed(head["nics"], fresh) != head["nics"]:
                self._refresh(head)

    @staticmethod
    def _read(network: PortService, heads: list[Document]) -> ports.Nics:
        known = network.of_servers([head["uuid"] for head in heads])
        return network.nics([port for each in known.values() for port in each], floating=True)

    def _refresh(self, head: Document) -> None:
        """Every conductor may ask for it: the key is the same for what it is about."""
        uuid, kind = head["uuid"], "refresh_network"
        key = f"{kind}/{uuid}/{head['revision']}"
        try:
            with use(RequestContext(is_admin=True)):
                self._actions.act(uuid, head["epoch"], kind, key, {}, forced=True)
        except Refused as refusal:
            LOG.info("no %s of %s now: %s", kind, uuid, refusal)


def _is_at_rest(head: Document) -> bool:
    return head.get("operation") is None and head.get("deleted_at") is None and bool(head["nics"])
