# SPDX-License-Identifier: Apache-2.0
"""What can be done with server groups. Another project's group does not exist for a caller."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection

from nova_cells.global_api.faults import BadRequest, Forbidden, NotFound, QuotaExceeded
from nova_cells.global_api.quota.limits import Limits
from nova_cells.global_api.resources.quota_sets import counts
from nova_cells.global_api.resources.server_groups import store
from nova_cells.global_api.resources.server_groups.store import Group
from nova_cells.runtime.clock import now
from nova_cells.runtime.context import RequestContext
from nova_cells.runtime.db import Database

QUOTA = "server_groups"
_MOST = 2**31 - 1


class ServerGroupNotFound(NotFound):
    """No server group of this id, or none for this caller."""

    def __init__(self, group: str) -> None:
        super().__init__(f"Instance group {group} could not be found.")


class ServerGroupService:
    """Server groups for one caller."""

    def __init__(
        self,
        database: Database,
        limits: Limits,
        caller: RequestContext,
        clock: Callable[[], int] = now,
    ) -> None:
        self._database = database
        self._limits = limits
        self._caller = caller
        self._clock = clock

    def page(self, *, all_projects: bool, offset: int, limit: int) -> list[Group]:
        project = store.EVERYBODY if all_projects else (self._caller.project_id or "")
        return self._database.read(
            lambda connection: store.page(connection, project, offset, limit)
        )

    def find(self, group: str) -> Group:
        """A group of the caller's project; for an administrator of any."""
        found = self._database.read(lambda connection: store.find_with_members(connection, group))
        if found is None or not self._may_know(found):
            raise ServerGroupNotFound(group)
        return found

    def create(self, wish: Mapping[str, Any]) -> Group:
        if self._caller.project_id is None:
            raise Forbidden("A server group belongs to a project; this token has none.")
        values = {
            "uuid": str(uuid.uuid4()),
            "project_id": self._caller.project_id,
            "user_id": self._caller.user_id,
            "name": wish["name"],
            "policy": wish["policy"],
            "rules": _rules(wish),
            "created_at": self._clock(),
        }
        return self._database.write(lambda connection: self._insert(connection, values))

    def delete(self, group: Group) -> None:
        """Its servers stay as and where they are."""

        def remove(connection: Connection) -> bool:
            removed = store.remove(connection, group.uuid)
            if removed:
                counts.give_back(connection, QUOTA, _of_project(group.project_id))
                counts.give_back(connection, QUOTA, _of_user(group.project_id, group.user_id))
            return removed

        if not self._database.write(remove):
            raise ServerGroupNotFound(group.uuid)

    def _insert(self, connection: Connection, values: dict[str, Any]) -> Group:
        project_id, user_id = values["project_id"], values["user_id"]
        of_project, of_user = self._limits.of_project_and_user(connection, project_id, user_id)
        if not counts.take(
            connection, QUOTA, _of_project(project_id), of_project[QUOTA]
        ) or not counts.take(connection, QUOTA, _of_user(project_id, user_id), of_user[QUOTA]):
            raise QuotaExceeded("Quota exceeded, too many server groups.", (QUOTA,))
        return store.create(connection, values)

    def _may_know(self, group: Group) -> bool:
        return self._caller.is_admin or group.project_id == self._caller.project_id


def used(connection: Connection, project_id: str, user_id: str = "") -> int:
    """How many groups a project, or one user in it, has."""
    owner = _of_user(project_id, user_id) if user_id else _of_project(project_id)
    return counts.used(connection, QUOTA, owner)


def _of_project(project_id: str) -> str:
    return project_id


def _of_user(project_id: str, user_id: str) -> str:
    """A space can't be part of either id."""
    return f"{project_id} {user_id}"


def _rules(wish: Mapping[str, Any]) -> dict[str, int]:
    rules = wish.get("rules") or {}
    if not rules:
        return {}
    if wish["policy"] != "anti-affinity":
        raise BadRequest("Only anti-affinity policy supports rules.")
    most = int(rules["max_server_per_host"])
    if most > _MOST:
        raise BadRequest(
            "Invalid input for field/attribute server_group.rules.max_server_per_host. "
            f"Value: {most}. It is greater than the maximum of {_MOST}."
        )
    return {"max_server_per_host": most}
