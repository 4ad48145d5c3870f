# SPDX-License-Identifier: Apache-2.0
"""What other services tell of servers."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("external_events", "/os-server-external-events")
