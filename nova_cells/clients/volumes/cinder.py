# SPDX-License-Identifier: Apache-2.0
"""Cinder, asked by the API with the token of who asked it.

What is made carries a key in its metadata: where the answer does not come, it is looked for by that
before anybody makes a second one.
"""

from __future__ import annotations

import re
from typing import Any

from nova_cells.clients.calling.service import Service
from nova_cells.clients.service_faults import Impossible, NotThere, OutcomeUnknown
from nova_cells.clients.volumes import cinder_documents as documents
from nova_cells.clients.volumes.attachments import AttachmentService
from nova_cells.clients.volumes.cinder_attachments import ACCESS, VOLUMES
from nova_cells.clients.volumes.interface import KEY, Document, VolumeService

_IDS = re.compile(r"[0-9a-fA-F-]{32,36}")


class CinderVolumes(VolumeService):
    """`ourselves` does what nobody's token is needed for."""

    def __init__(
        self, cinder: Service, ourselves: AttachmentService, crosses_zones: bool = True
    ) -> None:
        self.service = cinder
        self._ourselves = ourselves
        self.crosses_zones = crosses_zones

    def volume(self, ctx: Any, volume_id: str) -> Document:
        try:
            path = f"/volumes/{_id(volume_id)}"
            told = self.service.get(path, ctx, microversion=VOLUMES)
        except NotThere as fault:
            raise NotThere(f"Volume {volume_id} could not be found.", status=404) from fault
        return documents.volume(self.service.part(told, "volume"))

    def snapshot(self, ctx: Any, snapshot_id: str) -> Document:
        try:
            told = self.service.get(f"/snapshots/{_id(snapshot_id)}", ctx)
        except NotThere as fault:
            raise NotThere(f"Snapshot {snapshot_id} could not be found.", status=404) from fault
        return documents.snapshot(self.service.part(told, "snapshot"))

    def make_volume(self, ctx: Any, key: str, wish: Document) -> Document:
        body = {
            "size": wish["size"],
            "imageRef": wish.get("image"),
            "snapshot_id": wish.get("snapshot"),
            "volume_type": wish.get("volume_type"),
            "availability_zone": wish.get("zone"),
            "metadata": {KEY: key},
        }
        try:
            told = self.service.post("/volumes", {"volume": body}, ctx, microversion=VOLUMES)
        except OutcomeUnknown:
            made = self.volumes_made(key)
            if not made:
                raise
            return self.volume(ctx, made[0])
        return documents.volume(self.service.part(told, "volume"))

    def make_snapshot(self, ctx: Any, key: str, volume_id: str, name: str) -> Document:
        body = {"volume_id": volume_id, "name": name, "force": True, "metadata": {KEY: key}}
        try:
            told = self.service.post("/snapshots", {"snapshot": body}, ctx)
        except OutcomeUnknown:
            made = self.snapshots_made(key)
            if not made:
                raise
            return self.snapshot(ctx, made[0])
        return documents.snapshot(self.service.part(told, "snapshot"))

    def reserve(self, ctx: Any, volume_id: str, instance: str) -> str:
        wish = {"volume_uuid": volume_id, "instance_uuid": instance, "mode": "rw"}
        told = self.service.post("/attachments", {"attachment": wish}, ctx, microversion=ACCESS)
        return str(documents.attachment(self.service.part(told, "attachment"))["id"])

    def attachments_of(self, instance: str) -> list[Document]:
        return self._ourselves.attachments_of(instance)

    def release(self, attachment_id: str) -> None:
        self._ourselves.delete_attachment(attachment_id)

    def discard(self, volume_id: str) -> None:
        self._ourselves.delete_volume(volume_id)

    def discard_snapshot(self, snapshot_id: str) -> None:
        try:
            self.service.delete(f"/snapshots/{snapshot_id}")
        except NotThere:
            return
        except Impossible:  # the state of the snapshot
            if not self._snapshot_is_going(snapshot_id):
                raise

    def _snapshot_is_going(self, snapshot_id: str) -> bool:
        try:
            found = self.service.part(self.service.get(f"/snapshots/{snapshot_id}"), "snapshot")
        except NotThere:
            return True
        return bool(documents.snapshot(found)["status"] == "deleting")

    def volumes_made(self, key: str) -> list[str]:
        found = self._made("volumes", key, VOLUMES)
        return [documents.volume(each)["id"] for each in found]

    def snapshots_made(self, key: str) -> list[str]:
        return [documents.snapshot(each)["id"] for each in self._made("snapshots", key, None)]

    def _made(self, what: str, key: str, microversion: str | None) -> list[Any]:
        """Not every Cinder filters by metadata as asked, so the answer is looked through."""
        asked = {"all_tenants": "1", "metadata": repr({KEY: key})}
        found = self.service.listed(
            f"/{what}/detail", what, params=asked, microversion=microversion
        )
        return [each for each in found if (each.get("metadata") or {}).get(KEY) == key]


def _id(text: str) -> str:
    """What users call a volume goes into a path only if it can be the name of one."""
    if _IDS.fullmatch(text) is None:
        raise NotThere("There is no such id.")
    return text
