# SPDX-License-Identifier: Apache-2.0
"""Console tokens of all cells. A token begins as its cell's uuid: one cell is asked, never all."""

from __future__ import annotations

from nova_cells.contracts import FaultCode, Refused, Unknown
from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.faults import CellUnavailable, NotFound
from nova_cells.global_api.router.cell_handle import NotAsked
from nova_cells.objects import ConsoleGrant
from nova_cells.objects.console import CELL_DIGITS, digest_of


class ConsoleTokens:
    """What tokens are good for now."""

    def __init__(self, directory: CellDirectory, *, timeout: float) -> None:
        self._directory = directory
        self._timeout = timeout

    def grant(self, token: str) -> ConsoleGrant:
        """404 for one that is unknown or out of date. Two cells may share their first digits."""
        digest = digest_of(token)
        for cell in self._directory.all():
            if cell.uuid[:CELL_DIGITS] != token[:CELL_DIGITS]:
                continue
            try:
                grant: ConsoleGrant = cell.call(
                    "console_grant", deadline=self._timeout, digest=digest
                )
            except Refused as refusal:
                if refusal.code != FaultCode.NO_SUCH_TOKEN:
                    raise CellUnavailable(refusal.message) from refusal
            except (Unknown, NotAsked) as outcome:
                raise CellUnavailable("The cell of this token does not answer.") from outcome
            else:
                return grant
        raise NotFound("The console token could not be found.")
