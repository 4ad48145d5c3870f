# SPDX-License-Identifier: Apache-2.0
"""What a source of limits can tell: our own tables, or Keystone's unified limits.

Everything that decides reads its limits inside its own transaction, so a source answers from the
database or from memory there; whatever it has to fetch, it fetches in `refresh`, before.
"""

from __future__ import annotations

from typing import Protocol

from oslo_config import cfg
from sqlalchemy import Connection

from nova_cells.clients.identity import Identity

UNIFIED = "unified"


class Limits(Protocol):
    """`settable`: whether our own API may change them."""

    settable: bool

    def refresh(self, project_id: str) -> None:
        """Have this project's limits at hand; outside of any transaction."""

    def effective(self, connection: Connection, project_id: str, user_id: str) -> dict[str, int]:
        """The limits that hold for this user of this project."""

    def of_project_and_user(
        self, connection: Connection, project_id: str, user_id: str
    ) -> tuple[dict[str, int], dict[str, int]]:
        """The limits of the project as a whole, and those of the user in it."""

    def of_project(self, connection: Connection, project_id: str) -> dict[str, int]:
        """The limits of a whole project, whoever its users are."""

    def defaults(self, connection: Connection) -> dict[str, int]:
        """What holds where nobody set anything for a project."""

    def of_class(self, connection: Connection, name: str) -> dict[str, int]:
        """The limits of a quota class."""


def from_conf(conf: cfg.ConfigOpts, identity: Identity) -> Limits:
    """The source that [quota] driver names."""
    from nova_cells.global_api.quota.unified import UnifiedLimits
    from nova_cells.global_api.resources.quota_sets.limits_store import QuotaLimits

    if conf.quota.driver == UNIFIED:
        return UnifiedLimits.from_conf(conf, identity)
    return QuotaLimits.from_conf(conf)
