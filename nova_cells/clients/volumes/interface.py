# SPDX-License-Identifier: Apache-2.0
"""What the API asks of a volume service: as the caller, but to clear away what came to nothing.

All raise the faults of `nova_cells.clients.service_faults`. Volumes and attachments are those of
`AttachmentService`; a snapshot is {"id", "volume_id", "name", "status", "size", "metadata"}.
"""

from __future__ import annotations

import abc
from typing import Any

Document = dict[str, Any]

KEY = "nova_cells:made_for"
"""Metadata of what we make: the work it was made in, by which it is found again."""


class VolumeService(abc.ABC):
    """`ctx` is the caller's request context.

    `offered`: whether there is such a service. `crosses_zones`: whether servers may have volumes of
    other zones.
    """

    offered: bool = True
    crosses_zones: bool = True

    @abc.abstractmethod
    def volume(self, ctx: Any, volume_id: str) -> Document:
        """One the caller may see."""

    @abc.abstractmethod
    def snapshot(self, ctx: Any, snapshot_id: str) -> Document:
        """One the caller may see."""

    @abc.abstractmethod
    def make_volume(self, ctx: Any, key: str, wish: Document) -> Document:
        """Begin to make one: {"size", "image"?, "snapshot"?, "volume_type"?, "zone"?}."""

    @abc.abstractmethod
    def make_snapshot(self, ctx: Any, key: str, volume_id: str, name: str) -> Document:
        """Begin to make one, of a volume that may be in use."""

    @abc.abstractmethod
    def reserve(self, ctx: Any, volume_id: str, instance: str) -> str:
        """Nobody else gets the volume from now on; answers the attachment's id."""

    @abc.abstractmethod
    def attachments_of(self, instance: str) -> list[Document]:
        """As ourselves: all that a server has."""

    @abc.abstractmethod
    def release(self, attachment_id: str) -> None:
        """As ourselves: take an attachment back; one that is gone is no fault."""

    @abc.abstractmethod
    def discard(self, volume_id: str) -> None:
        """As ourselves: delete a volume; one that is gone is no fault."""

    @abc.abstractmethod
    def discard_snapshot(self, snapshot_id: str) -> None:
        """As ourselves: delete a snapshot; one that is gone is no fault."""

    @abc.abstractmethod
    def volumes_made(self, key: str) -> list[str]:
        """As ourselves: ids of the volumes made under a key, whoever they belong to."""

    @abc.abstractmethod
    def snapshots_made(self, key: str) -> list[str]:
        """As ourselves: ids of the snapshots made under a key."""
