# SPDX-License-Identifier: Apache-2.0
"""The query of GET /os-migrations, as the newest version has it."""

from __future__ import annotations

from nova_cells.global_api.versioning import Moment, Number, Parameter, QuerySchema, Uuid

_LAST = Parameter(last=True)

LIST = QuerySchema(
    "migrations.list",
    {
        "hidden": _LAST,
        "host": _LAST,
        "instance_uuid": _LAST,
        "source_compute": _LAST,
        "status": _LAST,
        "migration_type": _LAST,
        "limit": Number(),
        "marker": Uuid(),
        "changes-since": Moment(),
        "changes-before": Moment(),
        "user_id": _LAST,
        "project_id": _LAST,
    },
)
