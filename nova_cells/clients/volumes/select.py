# SPDX-License-Identifier: Apache-2.0
"""Which volume service a configuration asks for."""

from __future__ import annotations

from typing import Any

from nova_cells.clients.volumes.attachments import AttachmentService
from nova_cells.clients.volumes.interface import VolumeService
from nova_cells.clients.volumes.none import NoVolumes


def from_conf(conf: Any) -> VolumeService:
    """What the API asks: Cinder where it is configured, else none."""
    if not is_configured(conf):
        return NoVolumes()
    from nova_cells.clients.volumes.cinder import CinderVolumes
    from nova_cells.clients.volumes.cinder_attachments import CinderAttachments

    ours = CinderAttachments(_service(conf), patience=conf.cinder.connect_timeout)
    return CinderVolumes(ours.service, ours, conf.cinder.cross_az_attach)


def attachments_from_conf(conf: Any) -> AttachmentService | None:
    """What a cell asks; None in a deployment without volumes."""
    if not is_configured(conf):
        return None
    from nova_cells.clients.volumes.cinder_attachments import CinderAttachments

    return CinderAttachments(_service(conf), patience=conf.cinder.connect_timeout)


def is_configured(conf: Any) -> bool:
    """Whether there is a volume service."""
    return bool(conf.cinder.auth_url or conf.cinder.endpoint_override)


def _service(conf: Any) -> Any:
    from nova_cells.clients.calling.service import Service

    return Service(conf.cinder, service_type="block-storage", name="volume", version="v3")
