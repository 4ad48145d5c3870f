# SPDX-License-Identifier: Apache-2.0
"""The volumes attached to a server."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("server_volumes", "/servers/{server_id}/os-volume_attachments")
    config.add_route("server_volume", "/servers/{server_id}/os-volume_attachments/{volume_id}")
