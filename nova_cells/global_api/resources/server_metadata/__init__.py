# SPDX-License-Identifier: Apache-2.0
"""The metadata of a server: texts its owner hangs on it, which the guest can read."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("server_metadata", "/servers/{server_id}/metadata")
    config.add_route("server_metadata_item", "/servers/{server_id}/metadata/{key}")
