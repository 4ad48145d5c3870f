# SPDX-License-Identifier: Apache-2.0
"""Finding: a guest that was destroyed here, deleted, or has a new home, and is here all the same.

The ledger says so; it is told by work and by the cell's verdicts, never by what is missing. Work
that brings the guest back may come at any moment: it waits, or the guest is left to it.
"""

from __future__ import annotations

import logging

from nova_cells.cell.compute.reconcile.look import Look
from nova_cells.runtime import crash

LOG = logging.getLogger(__name__)


def remove(look: Look) -> None:
    """Take it away; what its new home shares with this host stays, the driver sees to that."""
    for uuid in look.states.keys() & look.ledger.gone(look.host) - look.busy:
        look.undisturbed(uuid, lambda uuid=uuid: _remove(look, uuid))  # type: ignore[misc]


def _remove(look: Look, uuid: str) -> None:
    if uuid not in look.ledger.gone(look.host):
        return  # it was brought back since
    LOG.warning("machine %s is on %s though it is to be gone; removing it", uuid, look.host)
    crash.reach("driver:before:destroy")
    look.driver.destroy(uuid)
    crash.reach("driver:after:destroy")
    if look.volumes is not None:
        look.volumes.release_all(uuid)
