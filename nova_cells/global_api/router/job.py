# SPDX-License-Identifier: Apache-2.0
"""One wish in the hands of this process: what it needs to know of the row it holds the lease of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from nova_cells.global_api.router.build_requests import ACCEPTED, BuildRequest
from nova_cells.objects import RequestSpec


@dataclass(frozen=True)
class Job:
    """`generation` is the row's when it was last written by this process: the proof of the lease.

    `uncertain`: an earlier call of this attempt may still be on its way to the cell. `rooms`: how
    much of its request each cell would have taken that refused it as a whole, each asked once.
    """

    spec: RequestSpec
    cell_uuid: str | None
    generation: int = 1
    tried: frozenset[str] = field(default_factory=frozenset)
    rooms: Mapping[str, int] = field(default_factory=dict)
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
            rooms=_rooms(request),
            last_word=last.get("message") if last.get("code") != "no_valid_host" else None,
            cancelled=request.cancelled,
            accepted=request.phase == ACCEPTED,
            uncertain=uncertain and request.cell_uuid is not None,
        )


def _rooms(request: BuildRequest) -> dict[str, int]:
    if len(request.tried) < len(request.attempts):
        return {}
    rooms = {attempt["cell"]: attempt.get("room", 0) for attempt in request.attempts}
    return {cell: room for cell, room in rooms.items() if room > 0}
