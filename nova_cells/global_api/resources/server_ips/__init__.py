# SPDX-License-Identifier: Apache-2.0
"""The addresses of a server, by the network they are in."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("server_ips", "/servers/{server_id}/ips")
    config.add_route("server_ips_of_network", "/servers/{server_id}/ips/{label}")
