# SPDX-License-Identifier: Apache-2.0
"""2.30: the host named for a live migration is checked by the scheduler, unless it is forced."""

from nova_cells.global_api.versioning import Schema, body_changed, gate

gate(30, "2.30-live-migrations-ask-the-scheduler")


@body_changed(30, of="server.migrate_live")
def always_forced(schema: Schema) -> None:
    schema["properties"]["os-migrateLive"]["properties"].pop("force")
