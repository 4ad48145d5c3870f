# SPDX-License-Identifier: Apache-2.0
"""What a cell asks of a volume service, as itself: its servers' attachments and their volumes.

Ids name the work: to delete what is gone is done, to complete twice is to complete once. Nothing
here makes a volume or a snapshot: they belong to the project of whoever's token made them, and a
cell has none of its tenants'. The API makes them and hands their ids over.
"""

from __future__ import annotations

import abc
from typing import Any

Document = dict[str, Any]

RESERVED, ATTACHING, ATTACHED = "reserved", "attaching", "attached"
"""States of an attachment: nobody has a connection, one was made, a host has said it uses it."""


class AttachmentService(abc.ABC):
    """All raise the faults of `nova_cells.clients.service_faults`.

    A volume is {"id", "project_id", "name", "status", "size", "multiattach", "bootable", "zone",
    "volume_type", "encrypted", "image" (properties of the image it was made from), "attachments"
    ([{"attachment_id", "server_id", "device", "host"}] of those in use; "host" as its connector has
    it, for administrators), "migration_status", "shared_targets", "service_uuid", "metadata",
    "grows_to" (GiB, where a host is to have it grow)}. An attachment is {"id", "volume_id",
    "instance", "status", "connection"}; its connection, {"driver_volume_type", "data", …}, is a
    secret.
    """

    @abc.abstractmethod
    def volume(self, volume_id: str) -> Document:
        """As it is now; NotThere when it is gone."""

    @abc.abstractmethod
    def encryption(self, volume_id: str) -> Document:
        """{"provider", "key_id"}: how an encrypted volume is written, and which key opens it."""

    @abc.abstractmethod
    def attachments_of(self, instance: str) -> list[Document]:
        """All that a server has, whoever made them; without connections."""

    @abc.abstractmethod
    def attachment(self, attachment_id: str) -> Document:
        """With its connection as it was made last."""

    @abc.abstractmethod
    def create_attachment(
        self,
        volume_id: str,
        instance: str,
        connector: Document | None = None,
        *,
        device: str | None = None,
        read_only: bool = False,
    ) -> Document:
        """Another one, reserved; with a connector at once connected for that host.

        Each call makes one. Who may have called before looks at `attachments_of` first.
        """

    @abc.abstractmethod
    def update_attachment(
        self, attachment_id: str, connector: Document, *, device: str | None = None
    ) -> Document:
        """Connect it for the host that has this connector; answers it with its connection.

        Again with the same connector is the same. Another host wants another attachment, made with
        its connector: beside one that is connected this is refused, InUse, even to that one.
        """

    @abc.abstractmethod
    def complete_attachment(self, attachment_id: str) -> None:
        """The guest has it: its volume is shown as in use."""

    @abc.abstractmethod
    def delete_attachment(self, attachment_id: str) -> None:
        """The volume is free of it; the connection it had is worth nothing from then on."""

    @abc.abstractmethod
    def delete_volume(self, volume_id: str) -> None:
        """Have it deleted; InUse while it still has attachments."""

    @abc.abstractmethod
    def complete_migration(self, volume_id: str, new_volume_id: str, *, failed: bool) -> str:
        """A server uses the new one, or does not; answers the id its volume has from now on."""

    @abc.abstractmethod
    def complete_extension(self, volume_id: str, *, failed: bool) -> None:
        """A guest's host has grown the volume's file, where the service leaves that to it."""

    @abc.abstractmethod
    def reimage(self, volume_id: str, image_id: str) -> None:
        """Begin to write an image over a reserved volume; the event volume-reimaged is its end."""

    @abc.abstractmethod
    def snapshot(self, snapshot_id: str) -> Document:
        """{"id", "volume_id", "name", "status", "size", "metadata"}; NotThere when it is gone."""

    @abc.abstractmethod
    def snapshot_is(self, snapshot_id: str, status: str, progress: str) -> None:
        """Tell what became of a snapshot that a host takes on the service's behalf."""
