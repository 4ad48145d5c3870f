# SPDX-License-Identifier: Apache-2.0
"""The index of servers: narrow rows to search and sort by, documents apart.

(`epoch`, `revision`) orders a server's versions; a row is only ever replaced by a newer one. What
a list filters or sorts by is a column here; what it only shows is in the document. A deleted
server's row stays as a tombstone until it is purged. `queued_delete`: a delete was promised and is
on its way, so the server is shown as deleting whatever its cell says. `labels` tells whether tags
and metadata changed. `cores`, `ram` and `disk` are what its quota is charged
with.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text
from sqlalchemy.dialects import mysql

from nova_cells.global_api.db.tables.base import metadata, uuid_column
from nova_cells.runtime.db.types import Code, Instant, Name

_BLOB = LargeBinary().with_variant(mysql.LONGBLOB(), "mysql")

server_index = Table(
    "server_index",
    metadata,
    uuid_column(primary_key=True),
    uuid_column("cell_uuid", nullable=True),
    Column("epoch", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("queued_delete", Boolean, nullable=False),
    Column("labels", Code, nullable=True),
    Column("project_id", Name, nullable=False),
    Column("user_id", Name, nullable=False),
    Column("name", Name, nullable=False),
    Column("hostname", Name, nullable=True),
    Column("description", Name, nullable=True),
    Column("vm_state", Code, nullable=False),
    Column("task_state", Code, nullable=True),
    Column("power_state", Integer, nullable=False),
    Column("host", Name, nullable=True),
    Column("node", Name, nullable=True),
    Column("pinned_availability_zone", Name, nullable=True),
    Column("flavor_id", Name, nullable=False),
    Column("flavor_row_id", Integer, nullable=True),
    Column("cores", Integer, nullable=False),
    Column("ram", BigInteger, nullable=False),
    Column("disk", BigInteger, nullable=False),
    Column("image_id", Name, nullable=True),
    Column("kernel_id", Name, nullable=True),
    Column("ramdisk_id", Name, nullable=True),
    Column("key_name", Name, nullable=True),
    Column("config_drive", Boolean, nullable=False),
    Column("root_device_name", Name, nullable=True),
    Column("reservation_id", Name, nullable=True),
    Column("launch_index", Integer, nullable=False),
    Column("access_ip_v4", Name, nullable=True),
    Column("access_ip_v6", Name, nullable=True),
    Column("addresses_v4", Text, nullable=False),
    Column("addresses_v6", Text, nullable=False),
    Column("locked", Boolean, nullable=False),
    Column("locked_by", Code, nullable=True),
    Column("progress", Integer, nullable=False),
    Column("disk_config", Code, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Column("launched_at", Instant, nullable=True),
    Column("terminated_at", Instant, nullable=True),
    Column("deleted_at", Instant, nullable=True),
    Index("ix_server_index_project", "project_id", "deleted", "created_at", "uuid"),
    Index("ix_server_index_age", "deleted", "created_at", "uuid"),
    Index("ix_server_index_host", "host"),
    Index("ix_server_index_updated", "updated_at"),
    Index("ix_server_index_deleted", "deleted_at"),
)

server_documents = Table(
    "server_documents",
    metadata,
    uuid_column(primary_key=True),
    Column("version", Code, nullable=False),
    Column("document", _BLOB, nullable=False),
)

server_tags = Table(
    "server_tags",
    metadata,
    uuid_column(primary_key=True),
    Column("tag", Name, primary_key=True),
    Index("ix_server_tags_tag", "tag"),
)

server_metadata = Table(
    "server_metadata",
    metadata,
    uuid_column(primary_key=True),
    Column("key", Name, primary_key=True),
    Column("value", Name, nullable=False),
)
