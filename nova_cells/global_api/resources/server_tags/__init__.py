# SPDX-License-Identifier: Apache-2.0
"""The tags of a server: plain words that lists can be filtered by."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("server_tags", "/servers/{server_id}/tags")
    config.add_route("server_tag", "/servers/{server_id}/tags/{tag}")
