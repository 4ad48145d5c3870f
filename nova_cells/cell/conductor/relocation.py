# SPDX-License-Identifier: Apache-2.0
"""What live migration and evacuation have in common: another host is claimed and the server's own.

`host` of the arguments names it, `forced` passes the filters by; `promised`: whoever asked has a
2xx in any case, so a cell without room fails the operation and does not refuse it.
"""

from __future__ import annotations

from collections.abc import Collection

from nova_cells.cell.conductor import migrations
from nova_cells.cell.conductor.seats import DESTINATION, SOURCE
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.model import StepRefused
from nova_cells.journal.turn import Turn


def begin(turn: Turn, kind: str) -> None:
    """Seat the source and open the public record."""
    source = turn.subject["host"]
    if turn.record.arguments.get("host") == source:
        raise Refused(
            FaultCode.INVALID, f"Instance {turn.subject.uuid} is on host {source} already."
        )
    turn.put(SOURCE, source)
    migrations.open(turn, kind=kind, status="accepted", source=source)


def claim(turn: Turn, *, able: Collection[str] = ()) -> None:
    """Claim and seat the destination."""
    arguments = turn.record.arguments
    try:
        host = turn.world.placement.claim_elsewhere(
            turn,
            host=arguments.get("host"),
            forced=bool(arguments.get("forced")),
            able=able,
        )
    except StepRefused as refusal:
        refusal.accepted = bool(arguments.get("promised"))
        raise
    turn.put(DESTINATION, host)


def release_destination(turn: Turn) -> None:
    """Give it back, and do not try it again."""
    host = turn.at(DESTINATION)
    turn.world.placement.release(turn, host=host)
    turn.record.arguments.setdefault("tried", []).append(host)
    turn.put(DESTINATION, None)


def may_try_elsewhere(turn: Turn) -> bool:
    """Where no host was named, one that failed was claimed, and there is time."""
    record = turn.record
    tried = len(record.arguments.get("tried", ())) == record.attempt
    more = record.attempt < turn.world.max_attempts and turn.now < record.deadline
    return tried and more and not record.arguments.get("host")


def change_host(turn: Turn) -> None:
    """From now on the server is on its destination; what the source holds is still claimed."""
    host = turn.at(DESTINATION)
    row = turn.world.hosts.row(host)
    turn.subject.set(host=host, node=row.node if row is not None else host)


def source(turn: Turn) -> str:
    """The host it is leaving."""
    host = turn.at(SOURCE)
    assert host is not None
    return host


def release_source(turn: Turn) -> None:
    """Nothing is there any more, or its host knows that it owes that."""
    turn.world.placement.release(turn, host=turn.at(SOURCE))
