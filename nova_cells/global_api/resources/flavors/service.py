# SPDX-License-Identifier: Apache-2.0
"""What can be done with flavors. A flavor a caller can't see does not exist for him."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from nova_cells.global_api.faults import Conflict, NotFound
from nova_cells.global_api.resources.flavors import query as flavor_query
from nova_cells.global_api.resources.flavors import store
from nova_cells.global_api.resources.flavors.query import FlavorQuery
from nova_cells.global_api.resources.flavors.store import FlavorRow
from nova_cells.runtime.clock import now
from nova_cells.runtime.context import RequestContext
from nova_cells.runtime.db import Database


class FlavorNotFound(NotFound):
    """No flavor of this id, or none for this caller."""

    def __init__(self, flavorid: str) -> None:
        super().__init__(f"Flavor {flavorid} could not be found.", flavor=flavorid)


class FlavorService:
    """Flavors for one caller."""

    def __init__(
        self, database: Database, caller: RequestContext, clock: Callable[[], int] = now
    ) -> None:
        self._database = database
        self._caller = caller
        self._clock = clock

    def page(self, query: FlavorQuery) -> list[FlavorRow]:
        """What matches; an administrator also sees private and disabled ones if he asks."""
        if not self._caller.is_admin:
            query = dataclasses.replace(query, is_public=True, enabled_only=True)
        query = dataclasses.replace(query, project_id=self._caller.project_id)
        return self._database.read(lambda connection: flavor_query.page(connection, query))

    def find(self, flavorid: str) -> FlavorRow:
        visible_to = None if self._caller.is_admin else (self._caller.project_id or "")
        found = self._database.read(lambda connection: store.find(connection, flavorid, visible_to))
        if found is None:
            raise FlavorNotFound(flavorid)
        return found

    def create(self, values: Mapping[str, Any]) -> FlavorRow:
        """Make a flavor; without an id it gets a new one."""
        flavorid = values.get("flavorid") or str(uuid.uuid4())
        row = {
            "rxtx_factor": 1.0,
            "disabled": False,
            "description": None,
            "updated_at": None,
            **values,
            "flavorid": flavorid,
            "extra_specs": {},
            "created_at": self._clock(),
        }
        try:
            self._database.write(lambda connection: store.create(connection, row))
        except store.Taken as taken:
            what, value = ("name", row["name"]) if taken.field == "name" else ("ID", flavorid)
            raise Conflict(f"Flavor with {what} {value} already exists.") from None
        return self.find(flavorid)

    def describe(self, flavorid: str, description: str | None) -> FlavorRow:
        if not self._database.write(
            lambda connection: store.describe(connection, flavorid, description, self._clock())
        ):
            raise FlavorNotFound(flavorid)
        return self.find(flavorid)

    def delete(self, flavorid: str) -> None:
        """Servers of this flavor keep their copy."""
        if not self._database.write(lambda connection: store.remove(connection, flavorid)):
            raise FlavorNotFound(flavorid)
