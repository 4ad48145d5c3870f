# SPDX-License-Identifier: Apache-2.0
"""A deployment without a volume service: whichever volume is named, it is not there."""

from __future__ import annotations

from typing import Any, NoReturn

from nova_cells.clients.service_faults import Impossible, NotThere
from nova_cells.clients.volumes.interface import Document, VolumeService

ABSENT = "this deployment has no volume service"


class NoVolumes(VolumeService):
    """Refuses by name, and has nothing to clear away."""

    offered = False

    def volume(self, ctx: Any, volume_id: str) -> NoReturn:
        raise NotThere(f"Volume {volume_id} could not be found: {ABSENT}.")

    def snapshot(self, ctx: Any, snapshot_id: str) -> NoReturn:
        raise NotThere(f"Snapshot {snapshot_id} could not be found: {ABSENT}.")

    def make_volume(self, ctx: Any, key: str, wish: Document) -> NoReturn:
        raise Impossible(f"No volume can be made: {ABSENT}.")

    def make_snapshot(self, ctx: Any, key: str, volume_id: str, name: str) -> NoReturn:
        raise NotThere(f"Volume {volume_id} could not be found: {ABSENT}.")

    def reserve(self, ctx: Any, volume_id: str, instance: str) -> NoReturn:
        raise NotThere(f"Volume {volume_id} could not be found: {ABSENT}.")

    def attachments_of(self, instance: str) -> list[Document]:
        return []

    def release(self, attachment_id: str) -> None:
        return

    def discard(self, volume_id: str) -> None:
        return

    def discard_snapshot(self, snapshot_id: str) -> None:
        return

    def volumes_made(self, key: str) -> list[str]:
        return []

    def snapshots_made(self, key: str) -> list[str]:
        return []
