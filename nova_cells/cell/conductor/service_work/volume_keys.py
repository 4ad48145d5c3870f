# SPDX-License-Identifier: Apache-2.0
"""Which key opens an encrypted volume: kept beside its connection. What the key is, is not.

Hosts are told the passphrase when they are sent work (`unlocking`); they ask no key manager. That
it can be had is made sure of before a guest is given the volume.
"""

from __future__ import annotations

from nova_cells.cell.conductor.service_work.task import ServiceTask, WorkRefused
from nova_cells.clients.service_faults import Forbidden, NotThere
from nova_cells.clients.volumes.attachments import Document


def with_key(task: ServiceTask, attachment: Document) -> Document:
    """The connection of an attachment; refused where its key can't be had."""
    connection: Document = attachment["connection"]
    if not connection.get("data", {}).get("encrypted"):
        return connection
    volume_id = attachment["volume_id"]
    told = task.volumes.encryption(volume_id)
    keys = task.around.keys
    if keys is None:
        raise WorkRefused(f"Volume {volume_id} is encrypted: this cell has no key manager.")
    try:
        keys.passphrase(told["key_id"])
    except (NotThere, Forbidden) as fault:
        message = f"Volume {volume_id} is encrypted, and its key can't be had."
        raise WorkRefused(message, fault.detail) from fault
    return {**connection, "encryption": told}
