# SPDX-License-Identifier: Apache-2.0
"""A deployment without a volume service: whichever volume is named, it is not there."""

from __future__ import annotations

from typing import Any, NoReturn

from nova_cells.clients.service_faults import Impossible, NotThere
from nova_cells.clients.volumes.interface import Document, VolumeService

ABSENT = "this deployment has no volume service"


class NoVolumes(VolumeService):
    """Refuses by name."""

    def plan(self, ctx: Any, devices: list[Document]) -> list[Document]:
        if devices:
            raise Impossible(f"Invalid block_device_mapping: {ABSENT}; disks can be local only.")
        return []

    def attach(self, ctx: Any, uuid: str, wish: Document) -> NoReturn:
        raise NotThere(f"Volume {wish['volumeId']} could not be found: {ABSENT}.")

    def swap(self, ctx: Any, uuid: str, volume_id: str, new_volume_id: str) -> NoReturn:
        raise NotThere(f"Volume {new_volume_id} could not be found: {ABSENT}.")

    def keep(self, ctx: Any, uuid: str, volume_id: str, kept: bool) -> NoReturn:
        raise NotThere(f"Volume {volume_id} could not be found: {ABSENT}.")

    def detach(self, ctx: Any, uuid: str, volume_id: str) -> NoReturn:
        raise NotThere(f"Volume {volume_id} could not be found: {ABSENT}.")
