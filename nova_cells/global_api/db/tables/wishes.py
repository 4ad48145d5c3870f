# SPDX-License-Identifier: Apache-2.0
"""What servers were wished as, kept as long as they: a cell that is lost has the only other copy.

Passwords are not kept. `images`: id → {"image", "kernel", "ramdisk", "personality"} of rebuilds; a
server is made again from that of its own image, and what came to nothing is in nobody's way.
"""

from sqlalchemy import Column, Table

from nova_cells.global_api.db.tables.base import metadata, uuid_column
from nova_cells.runtime.db.types import Json

wishes = Table(
    "wishes",
    metadata,
    uuid_column(primary_key=True),
    Column("spec", Json, nullable=False),
    Column("images", Json, nullable=False),
)
