# SPDX-License-Identifier: Apache-2.0
"""The NUMA topology of a server."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("server_topology", "/servers/{server_id}/topology")
