# SPDX-License-Identifier: Apache-2.0
"""Reading and setting the limits of a project or of one user in it (`user_id` not empty)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection

from nova_cells.global_api.faults import BadRequest, Forbidden
from nova_cells.global_api.quota.limits import Limits as LimitSource
from nova_cells.global_api.resources.quota_sets import limits_store
from nova_cells.global_api.resources.quota_sets.in_use import in_use
from nova_cells.global_api.resources.quota_sets.limits_store import UNLIMITED
from nova_cells.runtime.db import Database

Limits = dict[str, int]


class QuotaSetService:
    """The quota sets of any project: who may ask is the caller's matter."""

    def __init__(self, database: Database, limits: LimitSource) -> None:
        self._database = database
        self._limits = limits

    def limits(self, project_id: str, user_id: str) -> Limits:
        self._limits.refresh(project_id)
        return self._database.read(
            lambda connection: self._in_force(connection, project_id, user_id)
        )

    def limits_and_usage(self, project_id: str, user_id: str) -> tuple[Limits, Limits]:
        self._limits.refresh(project_id)

        def read(connection: Connection) -> tuple[Limits, Limits]:
            in_force = self._in_force(connection, project_id, user_id)
            return in_force, in_use(connection, project_id, user_id)

        return self._database.read(read)

    def defaults(self) -> Limits:
        self._limits.refresh("")
        return self._database.read(self._limits.defaults)

    def update(
        self, project_id: str, user_id: str, wish: Mapping[str, int], *, force: bool
    ) -> Limits:
        """Set limits; unless forced, none below what is used or above the project's."""
        refuse_unless_settable(self._limits)

        def write(connection: Connection) -> Limits:
            if not force:
                self._check(connection, project_id, user_id, wish)
            limits_store.set_project_limits(connection, project_id, wish, user_id)
            return self._in_force(connection, project_id, user_id)

        return self._database.write(write)

    def reset(self, project_id: str, user_id: str) -> None:
        self._database.write(
            lambda connection: limits_store.drop_project_limits(connection, project_id, user_id)
        )

    def _in_force(self, connection: Connection, project_id: str, user_id: str) -> Limits:
        return self._limits.effective(connection, project_id, user_id)

    def _check(
        self, connection: Connection, project_id: str, user_id: str, wish: Mapping[str, int]
    ) -> None:
        used = in_use(connection, project_id, user_id)
        most = self._limits.of_project(connection, project_id) if user_id else {}
        for name, limit in wish.items():
            _check_floor(name, limit, used.get(name, 0), most.get(name, UNLIMITED))
            _check_ceiling(name, limit, most.get(name, UNLIMITED))


def refuse_unless_settable(limits: LimitSource) -> None:
    """403 where somebody else says what the limits are."""
    if not limits.settable:
        raise Forbidden(
            "Limits are Keystone's unified limits here: set registered limits and limits there."
        )


def _check_floor(name: str, limit: int, used: int, most: int) -> None:
    without_end = limit == UNLIMITED and most == UNLIMITED
    if limit < used and not without_end:
        raise BadRequest(
            f"Quota limit {limit} for {name} must be greater than or equal to "
            f"already used and reserved {used}."
        )


def _check_ceiling(name: str, limit: int, most: int) -> None:
    if most != UNLIMITED and limit > most:
        raise BadRequest(f"Quota limit {limit} for {name} must be less than or equal to {most}.")
