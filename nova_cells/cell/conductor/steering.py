# SPDX-License-Identifier: Apache-2.0
"""Whether a request about one migration may steer the operation that holds its server."""

from __future__ import annotations

from collections.abc import Collection

from nova_cells.cell.conductor import migrations
from nova_cells.contracts import FaultCode, Refused
from nova_cells.journal.turn import Turn


def check(asked: Turn, move: Turn, statuses: Collection[str]) -> None:
    """The argument `migration` names the one that is under way, and it is in one of `statuses`."""
    wanted, current = asked.record.arguments.get("migration"), migrations.current(move)
    if current is None or current.uuid != wanted:
        raise Refused(FaultCode.INVALID, f"Migration {wanted} of {asked.subject.uuid} is over.")
    if current.status not in statuses:
        raise Refused(
            FaultCode.INVALID,
            f"Migration {wanted} state of instance {asked.subject.uuid} is {current.status}. "
            f"Cannot {asked.operation.kind} while the migration is in this state.",
        )
