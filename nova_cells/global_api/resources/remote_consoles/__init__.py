# SPDX-License-Identifier: Apache-2.0
"""Consoles of servers: one operation for all kinds since 2.6, one action a kind before."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("remote_consoles", "/servers/{server_id}/remote-consoles")
