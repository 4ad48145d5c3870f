# SPDX-License-Identifier: Apache-2.0
"""Limits in force: configuration < class "default" < project < user. One statement a look-up.

-1 is "unlimited" everywhere. All functions take the connection of a transaction of the caller.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from oslo_config import cfg
from sqlalchemy import ColumnElement, Connection, and_, delete, or_, select

from nova_cells.global_api.db.tables.quota_limits import quota_limits
from nova_cells.runtime.db import upsert

DEFAULT_CLASS = "default"
UNLIMITED = -1

# Public resource name → name of its option.
RESOURCES: dict[str, str] = {
    "instances": "instances",
    "cores": "cores",
    "ram": "ram",
    "metadata_items": "metadata_items",
    "injected_files": "injected_files",
    "injected_file_content_bytes": "injected_file_content_bytes",
    "injected_file_path_bytes": "injected_file_path_length",
    "key_pairs": "key_pairs",
    "server_groups": "server_groups",
    "server_group_members": "server_group_members",
}
# Nothing counts by these; clients of old versions still set them and read them back.
RETIRED = ("fixed_ips", "floating_ips", "security_group_rules", "security_groups")

_t = quota_limits.c


class QuotaLimits:
    """What may be used. `defaults` come from the configuration, the rest from the database."""

    settable = True

    def __init__(self, defaults: Mapping[str, int]) -> None:
        self._defaults = {**dict.fromkeys(RETIRED, UNLIMITED), **defaults}

    @classmethod
    def from_conf(cls, conf: cfg.ConfigOpts) -> QuotaLimits:
        return cls({name: conf.quota[option] for name, option in RESOURCES.items()})

    def refresh(self, project_id: str) -> None:
        """Nothing is remembered."""

    def effective(self, connection: Connection, project_id: str, user_id: str) -> dict[str, int]:
        """The limits that hold for this user of this project."""
        return self.of_project_and_user(connection, project_id, user_id)[1]

    def of_project_and_user(
        self, connection: Connection, project_id: str, user_id: str
    ) -> tuple[dict[str, int], dict[str, int]]:
        """The limits of the project as a whole, and those of the user in it."""
        rows = connection.execute(
            select(_t.scope, _t.user_id, _t.resource, _t.hard_limit).where(
                or_(_is_default_class(), _is_of(project_id, ("", user_id)))
            )
        ).all()
        in_order = sorted(tuple(row) for row in rows)  # "class" < "project", "" < any user
        shared = [row for row in in_order if not row[1]]
        return self._merged(shared), self._merged(in_order)

    def of_project(self, connection: Connection, project_id: str) -> dict[str, int]:
        """The limits of a whole project, whoever its users are."""
        return self.of_project_and_user(connection, project_id, "")[0]

    def defaults(self, connection: Connection) -> dict[str, int]:
        """What holds where nobody set anything for a project."""
        return self.of_class(connection, DEFAULT_CLASS)

    def of_class(self, connection: Connection, name: str) -> dict[str, int]:
        rows = connection.execute(
            select(_t.scope, _t.user_id, _t.resource, _t.hard_limit).where(
                _t.scope == "class", _t.owner == name
            )
        ).all()
        return self._merged(rows)

    def _merged(self, rows: Iterable[tuple[str, str, str, int]]) -> dict[str, int]:
        limits = dict(self._defaults)
        for _scope, _user, resource, hard_limit in rows:
            if resource in limits:
                limits[resource] = hard_limit
        return limits


def set_class_limits(connection: Connection, name: str, limits: Mapping[str, int]) -> None:
    _set(connection, "class", name, "", limits)


def set_project_limits(
    connection: Connection, project_id: str, limits: Mapping[str, int], user_id: str = ""
) -> None:
    """Set limits of a project, or of one user in it."""
    _set(connection, "project", project_id, user_id, limits)


def drop_project_limits(connection: Connection, project_id: str, user_id: str = "") -> None:
    """Back to the defaults: a user's own limits, or with no user all of the project's."""
    condition = and_(_t.scope == "project", _t.owner == project_id)
    if user_id:
        condition = and_(condition, _t.user_id == user_id)
    connection.execute(delete(quota_limits).where(condition))


def _set(
    connection: Connection, scope: str, owner: str, user_id: str, limits: Mapping[str, int]
) -> None:
    for resource, hard_limit in sorted(limits.items()):
        upsert(
            connection,
            quota_limits,
            {
                "scope": scope,
                "owner": owner,
                "user_id": user_id,
                "resource": resource,
                "hard_limit": hard_limit,
            },
            keys=("scope", "owner", "user_id", "resource"),
        )


def _is_default_class() -> ColumnElement[bool]:
    return and_(_t.scope == "class", _t.owner == DEFAULT_CLASS)


def _is_of(project_id: str, users: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(_t.scope == "project", _t.owner == project_id, _t.user_id.in_(users))
