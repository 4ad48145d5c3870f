# SPDX-License-Identifier: Apache-2.0
"""The public records of moves, of all servers and all cells, newest first."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("migrations", "/os-migrations")
