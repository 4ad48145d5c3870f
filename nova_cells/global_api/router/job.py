# SPDX-License-Identifier: Apache-2.0
"""One wish in the hands of this process: what it needs to know of the row it holds the lease of."""

from __future__ import annotations

from dataclasses import dataclass, field

from nova_cells.global_api.router.build_requests import ACCEPTED, BuildRequest
from nova_cells.objects import RequestSpec


@dataclass(frozen=True)
class Job:
    """`generation` is the row's when it was last written by this process: the proof of the lease.

    `uncertain`: an earlier call of this attempt may still be on its way to the cell.
    """

    spec: RequestSpec
    cell_uuid: str | None
    generation: int = 1
    tried: frozenset[str] = field(default_factory=frozenset)
    last_word: str | None = None
    cancelled: bool = False
    accepted: bool = False
    uncertain: bool = False

    @property
    def uuid(self) -> str:
        return str(self.spec.uuid)

    @property
    def cancel_key(self) -> str:
        """The same for every try, so that the cell does it once."""
        return f"cancel/{self.uuid}/{self.spec.epoch}"

    @classmethod
    def of(cls, request: BuildRequest, *, uncertain: bool) -> Job:
        last = request.attempts[-1] if request.attempts else {}
        return cls(
            spec=request.request_spec(),
            cell_uuid=request.cell_uuid,
            generation=request.generation,
            tried=frozenset(request.tried),
            last_word=last.get("message") if last.get("code") != "no_valid_host" else None,
            cancelled=request.cancelled,
            accepted=request.phase == ACCEPTED,
            uncertain=uncertain and request.cell_uuid is not None,
        )
