# SPDX-License-Identifier: Apache-2.0
"""Where volumes come from. A deployment without a volume service has none."""

from nova_cells.clients.volumes.attachments import AttachmentService
from nova_cells.clients.volumes.interface import VolumeService
from nova_cells.clients.volumes.none import NoVolumes

__all__ = ["AttachmentService", "NoVolumes", "VolumeService"]
