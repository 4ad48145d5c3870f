# SPDX-License-Identifier: Apache-2.0
"""The shared file systems a server mounts."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("server_shares", "/servers/{server_id}/shares")
    config.add_route("server_share", "/servers/{server_id}/shares/{share_id}")
