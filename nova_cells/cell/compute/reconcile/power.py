# SPDX-License-Identifier: Apache-2.0
"""Finding: a guest whose power changed by itself."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import PowerState
from nova_cells.cell.compute.reconcile.look import Look


def tell(look: Look) -> None:
    """Tell the cell of all that differ from what it was told."""
    settled = {uuid: int(state) for uuid, state in look.states.items()}
    for uuid in look.ledger.gone(look.host):
        settled.pop(uuid, None)
    if news := look.power.changes(look.host, settled, look.since, look.busy):
        look.conductor.power_states(host=look.host, states=news)
        look.power.told(look.host, news)


def tell_one(look: Look, uuid: str) -> None:
    """The same of one guest that is said to have changed; the others were not looked at."""
    state = look.states[uuid]
    if uuid in look.busy | look.ledger.gone(look.host) or state == PowerState.NOSTATE:
        return
    if look.power.differs(look.host, uuid, state, look.since):
        look.conductor.power_states(host=look.host, states={uuid: state})
        look.power.told(look.host, {uuid: state})
