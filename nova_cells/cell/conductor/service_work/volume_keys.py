# SPDX-License-Identifier: Apache-2.0
"""What opens an encrypted volume: told to its host, which asks no key manager."""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.task import ServiceTask, WorkRefused
from nova_cells.clients.volumes.attachments import Document


def with_key(task: ServiceTask, attachment: Document) -> Document:
    """The connection of an attachment; refused where its key can't be had."""
    connection: Document = attachment["connection"]
    if connection.get("data", {}).get("encrypted"):
        raise WorkRefused(
            f"Volume {attachment['volume_id']} is encrypted: this cell has no key manager."
        )
    return connection
