# SPDX-License-Identifier: Apache-2.0
"""Where volumes come from: Cinder, or nowhere."""

from nova_cells.clients.volumes.attachments import AttachmentService
from nova_cells.clients.volumes.interface import VolumeService
from nova_cells.clients.volumes.none import NoVolumes
from nova_cells.clients.volumes.select import attachments_from_conf, from_conf

__all__ = [
    "AttachmentService",
    "NoVolumes",
    "VolumeService",
    "attachments_from_conf",
    "from_conf",
]
