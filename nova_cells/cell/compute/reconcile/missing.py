# SPDX-License-Identifier: Apache-2.0
"""Finding: a server that is to be on this host and has no guest here.

Its owner sees a power state of nothing; it is not made anew by itself, for its disks are lost.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable

from nova_cells.cell.compute.drivers.interface import PowerState
from nova_cells.cell.compute.reconcile.look import Look
from nova_cells.objects import GuestVerdict
from nova_cells.objects.verdict import MISSING

LOG = logging.getLogger(__name__)


def tell(look: Look, verdicts: Iterable[GuestVerdict]) -> None:
    """Tell the cell of those that are not here at a second look either."""
    absent = {
        one.uuid: int(PowerState.NOSTATE)
        for one in verdicts
        if one.verdict == MISSING
        and one.uuid not in look.busy
        and look.driver.power_state(one.uuid) == PowerState.NOSTATE
    }
    if absent:
        LOG.error("servers of host %s without a guest: %s", look.host, ", ".join(sorted(absent)))
        look.conductor.power_states(host=look.host, states=absent)
