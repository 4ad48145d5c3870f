# SPDX-License-Identifier: Apache-2.0
"""The password a guest made for its administrator, encrypted with the user's key."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("server_password", "/servers/{server_id}/os-server-password")
