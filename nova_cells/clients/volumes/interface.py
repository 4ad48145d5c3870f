# SPDX-License-Identifier: Apache-2.0
"""What the API asks of a volume service, on behalf of a caller.

All raise the faults of `nova_cells.clients.service_faults`. A server's state is checked before.
"""

from __future__ import annotations

import abc
from typing import Any

Document = dict[str, Any]


class VolumeService(abc.ABC):
    """`ctx` is the caller's request context, `uuid` a server's."""

    @abc.abstractmethod
    def plan(self, ctx: Any, devices: list[Document]) -> list[Document]:
        """What a new server is to have of the block devices a wish names that are volumes."""

    @abc.abstractmethod
    def attach(self, ctx: Any, uuid: str, wish: Document) -> Document:
        """Attach a volume; answers the attachment as its GET shows it."""

    @abc.abstractmethod
    def swap(self, ctx: Any, uuid: str, volume_id: str, new_volume_id: str) -> None:
        """Begin to replace an attached volume by another."""

    @abc.abstractmethod
    def keep(self, ctx: Any, uuid: str, volume_id: str, kept: bool) -> None:
        """Say whether an attached volume outlives its server."""

    @abc.abstractmethod
    def detach(self, ctx: Any, uuid: str, volume_id: str) -> None:
        """Begin to take a volume away."""
