# SPDX-License-Identifier: Apache-2.0
"""What a server uses at this moment."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("server_diagnostics", "/servers/{server_id}/diagnostics")
