# SPDX-License-Identifier: Apache-2.0
"""What was, or may have been, taken in the volume service for a server that does not have it yet.

A row is written before anything is taken, and goes with the acceptance of what it was taken for.
One that is still here at `wake_at` is work for whoever tidies up. `key` names the work; `document`
says of which kind it is.
"""

from sqlalchemy import Column, Integer, Table

from nova_cells.global_api.db.tables.base import metadata, uuid_column
from nova_cells.runtime.db.types import Instant, Json

volume_holds = Table(
    "volume_holds",
    metadata,
    uuid_column("key", primary_key=True),
    uuid_column("server", nullable=False),
    Column("document", Json, nullable=False),
    Column("wake_at", Instant, nullable=False, index=True),
    Column("tries", Integer, nullable=False),
)
