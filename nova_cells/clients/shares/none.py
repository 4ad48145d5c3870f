# SPDX-License-Identifier: Apache-2.0
"""A deployment without a share service: servers have no shares, and none can be had."""

from __future__ import annotations

from typing import Any, NoReturn

from nova_cells.clients.service_faults import NotThere
from nova_cells.clients.shares.interface import Document, ShareService

ABSENT = "this deployment has no share service"


class NoShares(ShareService):
    """Refuses by name."""

    def of(self, ctx: Any, uuid: str) -> list[Document]:
        return []

    def attach(self, ctx: Any, uuid: str, share_id: str, tag: str) -> NoReturn:
        raise NotThere(f"Share {share_id} could not be found: {ABSENT}.")

    def detach(self, ctx: Any, uuid: str, share_id: str) -> NoReturn:
        raise NotThere(f"Share {share_id} could not be found: {ABSENT}.")
