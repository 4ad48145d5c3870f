# SPDX-License-Identifier: Apache-2.0
"""Hosts: one row a host with its capacity, so that a claim is one conditional update.

`shape_generation` grows whenever something a filter looked at changes (capacity, traits,
enablement): a claim proposed from an older shape is refused. `debts` counts the undos the host
still owes. `publish_due` is set while `revision` has not been acknowledged by the global side.
"""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, Table

from nova_cells.cell.db.tables.base import metadata
from nova_cells.runtime.db.types import Code, Instant, Json, LongText, Name, Uuid

hosts = Table(
    "hosts",
    metadata,
    Column("name", Name, primary_key=True),
    Column("uuid", Uuid, nullable=False, unique=True),
    Column("node", Name, nullable=False),
    Column("identity", Uuid, nullable=False),
    Column("address", Name, nullable=False),
    Column("host_ip", Code, nullable=False),
    Column("driver", Code, nullable=False),
    Column("enabled", Boolean(create_constraint=False), nullable=False),
    Column("disabled_reason", LongText, nullable=True),
    Column("forced_down", Boolean(create_constraint=False), nullable=False),
    Column("up", Boolean(create_constraint=False), nullable=False),
    Column("debts", Integer, nullable=False),
    Column("shape_generation", Integer, nullable=False),
    Column("vcpus_cap", BigInteger, nullable=False),
    Column("vcpus_used", BigInteger, nullable=False),
    Column("memory_mb_cap", BigInteger, nullable=False),
    Column("memory_mb_used", BigInteger, nullable=False),
    Column("disk_gb_cap", BigInteger, nullable=False),
    Column("disk_gb_used", BigInteger, nullable=False),
    Column("running", Integer, nullable=False),
    Column("inventory", Json, nullable=False),
    Column("versions", Json, nullable=False),
    Column("facts", Json, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("publish_due", Instant, nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index("ix_hosts_publish_due", "publish_due"),
    Index("ix_hosts_updated_at", "updated_at"),
)

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("host", Name, primary_key=True),
    Column("last_seen", Instant, nullable=False),
)

host_resources = Table(
    "host_resources",
    metadata,
    Column("host", Name, primary_key=True),
    Column("resource_class", Name, primary_key=True),
    Column("cap", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
)

debts = Table(
    "debts",
    metadata,
    Column("operation", Name, primary_key=True),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("host", Name, primary_key=True),
    Column("uuid", Uuid, nullable=False),
    Column("work", Json, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_debts_host", "host"),
)
