# SPDX-License-Identifier: Apache-2.0
"""The ports of a server."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("server_interfaces", "/servers/{server_id}/os-interface")
    config.add_route("server_interface", "/servers/{server_id}/os-interface/{port_id}")
