# SPDX-License-Identifier: Apache-2.0
"""Cinder, asked by a cell as itself.

What is sent again after an answer that never came finds its work done: NotThere of a delete, and a
second completion, are no faults.
"""

from __future__ import annotations

from typing import Any

from nova_cells.clients.calling.service import Service
from nova_cells.clients.service_faults import Impossible, InUse, NotThere
from nova_cells.clients.volumes import cinder_documents as documents
from nova_cells.clients.volumes.attachments import ATTACHED, AttachmentService, Document

VOLUMES, ATTACHMENTS, ACCESS = "3.48", "3.44", "3.54"
REIMAGE, EXTENSION = "3.68", "3.71"


class CinderAttachments(AttachmentService):
    """`patience`: seconds for what the storage has a part in."""

    def __init__(self, cinder: Service, *, patience: float) -> None:
        self.service = cinder
        self._patience = patience

    def volume(self, volume_id: str) -> Document:
        told = self.service.get(f"/volumes/{volume_id}", microversion=VOLUMES)
        return documents.volume(self.service.part(told, "volume"))

    def encryption(self, volume_id: str) -> Document:
        told = self.service.get(f"/volumes/{volume_id}/encryption", microversion=VOLUMES)
        return documents.encryption(told)

    def attachments_of(self, instance: str) -> list[Document]:
        found = self.service.listed(
            "/attachments/detail",
            "attachments",
            params={"all_tenants": "1", "instance_id": instance},
            microversion=ATTACHMENTS,
        )
        read = [documents.attachment(each) for each in found]
        return [{**each, "connection": None} for each in read if each["instance"] == instance]

    def attachment(self, attachment_id: str) -> Document:
        told = self.service.get(f"/attachments/{attachment_id}", microversion=ATTACHMENTS)
        return self._read(told)

    def create_attachment(
        self,
        volume_id: str,
        instance: str,
        connector: Document | None = None,
        *,
        device: str | None = None,
        read_only: bool = False,
    ) -> Document:
        wish = {
            "volume_uuid": volume_id,
            "instance_uuid": instance,
            "connector": _named(connector, device) if connector else None,
            "mode": "ro" if read_only else "rw",
        }
        told = self.service.post(
            "/attachments", {"attachment": wish}, microversion=ACCESS, timeout=self._patience
        )
        return self._read(told)

    def update_attachment(
        self, attachment_id: str, connector: Document, *, device: str | None = None
    ) -> Document:
        told = self.service.put(
            f"/attachments/{attachment_id}",
            {"attachment": {"connector": _named(connector, device)}},
            microversion=ATTACHMENTS,
            timeout=self._patience,
        )
        return self._read(told)

    def complete_attachment(self, attachment_id: str) -> None:
        path = f"/attachments/{attachment_id}/action"
        try:
            self.service.post(path, {"os-complete": None}, again=True, microversion=ATTACHMENTS)
        except (Impossible, InUse):
            if self.attachment(attachment_id)["status"] != ATTACHED:
                raise

    def delete_attachment(self, attachment_id: str) -> None:
        try:
            self.service.delete(
                f"/attachments/{attachment_id}", microversion=ATTACHMENTS, timeout=self._patience
            )
        except NotThere:
            return

    def delete_volume(self, volume_id: str) -> None:
        try:
            self.service.delete(f"/volumes/{volume_id}", microversion=VOLUMES)
        except NotThere:
            return
        except Impossible as fault:  # the state of the volume
            if not self._is_going(volume_id):
                raise InUse(fault.message, status=fault.status, detail=fault.detail) from fault

    def _is_going(self, volume_id: str) -> bool:
        try:
            return bool(self.volume(volume_id)["status"] == "deleting")
        except NotThere:
            return True

    def complete_migration(self, volume_id: str, new_volume_id: str, *, failed: bool) -> str:
        wish = {"new_volume": new_volume_id, "error": failed}
        told = self._act(volume_id, {"os-migrate_volume_completion": wish}, VOLUMES)
        return str(self.service.part(told, "save_volume_id"))

    def complete_extension(self, volume_id: str, *, failed: bool) -> None:
        self._act(volume_id, {"os-extend_volume_completion": {"error": failed}}, EXTENSION)

    def reimage(self, volume_id: str, image_id: str) -> None:
        wish = {"image_id": image_id, "reimage_reserved": True}
        self._act(volume_id, {"os-reimage": wish}, REIMAGE)

    def snapshot(self, snapshot_id: str) -> Document:
        told = self.service.get(f"/snapshots/{snapshot_id}")
        return documents.snapshot(self.service.part(told, "snapshot"))

    def snapshot_is(self, snapshot_id: str, status: str, progress: str) -> None:
        wish = {"status": status, "progress": progress}
        self.service.post(
            f"/snapshots/{snapshot_id}/action", {"os-update_snapshot_status": wish}, again=True
        )

    def _act(self, volume_id: str, wish: Document, microversion: str) -> Any:
        return self.service.post(f"/volumes/{volume_id}/action", wish, microversion=microversion)

    def _read(self, told: Any) -> Document:
        return documents.attachment(self.service.part(told, "attachment"))


def _named(connector: Document, device: str | None) -> Document:
    return connector if device is None else {**connector, "mountpoint": device}
