# SPDX-License-Identifier: Apache-2.0
"""Granting private flavors to projects, and taking grants back."""

from __future__ import annotations

from nova_cells.global_api.faults import Conflict, NotFound
from nova_cells.global_api.resources.flavor_access import store
from nova_cells.global_api.resources.flavors.store import FlavorRow
from nova_cells.runtime.db import Database


class FlavorAccessService:
    """Who may use a private flavor."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def projects(self, flavor: FlavorRow) -> list[str]:
        return self._database.read(lambda connection: store.projects(connection, flavor.id))

    def grant(self, flavor: FlavorRow, project: str, *, public_refused: bool) -> list[str]:
        """Answers all who may use it now."""
        if flavor.is_public and public_refused:
            raise Conflict("Can not add access to a public flavor.")
        if not self._database.write(lambda connection: store.grant(connection, flavor.id, project)):
            raise Conflict(
                f"Flavor access already exists for flavor {flavor.flavorid} "
                f"and project {project} combination."
            )
        return self.projects(flavor)

    def revoke(self, flavor: FlavorRow, project: str) -> list[str]:
        if not self._database.write(
            lambda connection: store.revoke(connection, flavor.id, project)
        ):
            raise NotFound(
                f"Flavor access not found for {flavor.flavorid} / {project} combination."
            )
        return self.projects(flavor)
