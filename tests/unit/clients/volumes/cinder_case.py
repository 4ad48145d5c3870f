# SPDX-License-Identifier: Apache-2.0
"""Cinder's twin, and a service that asks it in this process."""

from __future__ import annotations

from nova_cells.cli import config
from nova_cells.clients.calling.service import Service
from nova_cells.clients.volumes.cinder import CinderVolumes
from nova_cells.clients.volumes.cinder_attachments import CinderAttachments
from nova_cells.runtime.context import RequestContext
from tests.services.cinder import Cinder

PROJECT, OTHERS = "a" * 32, "b" * 32


def service_to(twin: Cinder) -> Service:
    """Asks the twin as ourselves, or as whoever a token of NoAuth names."""
    conf = config.load([], [])
    options = {"auth_type": "none", "endpoint_override": twin.url, "connect_retries": 0}
    for name, value in options.items():
        conf.set_override(name, value, group="cinder")
    return Service(
        conf.cinder,
        service_type="block-storage",
        name="volume",
        version="v3",
        http=twin.session(),
    )


def volumes_of(twin: Cinder, *, crosses_zones: bool = True) -> CinderVolumes:
    """What the API asks."""
    service = service_to(twin)
    return CinderVolumes(service, CinderAttachments(service, patience=30.0), crosses_zones)


def caller(project: str = PROJECT) -> RequestContext:
    return RequestContext(user_id="mia", project_id=project, auth_token=f"mia:{project}")
