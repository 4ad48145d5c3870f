# SPDX-License-Identifier: Apache-2.0
"""Servers: create, list, show, update, delete. What is done to one is in `server_actions`."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("servers", "/servers")
    config.add_route("servers_detail", "/servers/detail")
    config.add_route("server", "/servers/{server_id}")
