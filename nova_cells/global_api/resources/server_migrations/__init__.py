# SPDX-License-Identifier: Apache-2.0
"""The live migrations of a server that are under way, and how they are steered."""

from pyramid.config import Configurator


def includeme(config: Configurator) -> None:
    config.add_route("server_migrations", "/servers/{server_id}/migrations")
    config.add_route("server_migration", "/servers/{server_id}/migrations/{migration_id}")
    config.add_route(
        "server_migration_action", "/servers/{server_id}/migrations/{migration_id}/action"
    )
