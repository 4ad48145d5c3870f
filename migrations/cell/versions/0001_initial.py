# SPDX-License-Identifier: Apache-2.0
"""All tables of the `cell` tree; written by `tools/migration initial`, not edited by hand."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UUID = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")
CODE = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
NAME = sa.String(255).with_variant(sa.String(255, collation="C"), "postgresql")
LONG_TEXT = (
    sa.Text()
    .with_variant(mysql.LONGTEXT(), "mysql")
    .with_variant(sa.Text(collation="C"), "postgresql")
)
JSON = sa.Text().with_variant(mysql.LONGTEXT(), "mysql")


def upgrade() -> None:
    op.create_table(
        "addresses",
        sa.Column("network_id", UUID, nullable=False),
        sa.Column("address", CODE, nullable=False),
        sa.Column("port_id", UUID, nullable=False),
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("mac", CODE, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("network_id", "address", name=op.f("pk_addresses")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_addresses_address", "addresses", ["address"], unique=False)
    op.create_index("ix_addresses_uuid", "addresses", ["uuid"], unique=False)
    op.create_table(
        "agent_members",
        sa.Column("group_name", NAME, nullable=False),
        sa.Column("address", NAME, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("group_name", "address", name=op.f("pk_agent_members")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "bundles",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bundles")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "cell_identity",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("deployment", NAME, nullable=False),
        sa.Column("cell_uuid", UUID, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_identity")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "claims",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("host", NAME, nullable=False),
        sa.Column("vcpus", sa.BigInteger(), nullable=False),
        sa.Column("memory_mb", sa.BigInteger(), nullable=False),
        sa.Column("disk_gb", sa.BigInteger(), nullable=False),
        sa.Column("resources", JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("uuid", "host", name=op.f("pk_claims")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_claims_host", "claims", ["host"], unique=False)
    op.create_table(
        "console_tokens",
        sa.Column("digest", CODE, nullable=False),
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("type", CODE, nullable=False),
        sa.Column("host", NAME, nullable=False),
        sa.Column("target", JSON, nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_console_tokens")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_console_tokens_expires_at", "console_tokens", ["expires_at"], unique=False)
    op.create_table(
        "debts",
        sa.Column("operation", NAME, nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("host", NAME, nullable=False),
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("work", JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("operation", "attempt", "host", name=op.f("pk_debts")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_debts_host", "debts", ["host"], unique=False)
    op.create_table(
        "heartbeats",
        sa.Column("host", NAME, nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_heartbeats")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "host_resources",
        sa.Column("host", NAME, nullable=False),
        sa.Column("resource_class", NAME, nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("host", "resource_class", name=op.f("pk_host_resources")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "hosts",
        sa.Column("name", NAME, nullable=False),
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("node", NAME, nullable=False),
        sa.Column("identity", UUID, nullable=False),
        sa.Column("address", NAME, nullable=False),
        sa.Column("host_ip", CODE, nullable=False),
        sa.Column("driver", CODE, nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("disabled_reason", LONG_TEXT, nullable=True),
        sa.Column("forced_down", sa.Boolean(), nullable=False),
        sa.Column("up", sa.Boolean(), nullable=False),
        sa.Column("debts", sa.Integer(), nullable=False),
        sa.Column("shape_generation", sa.Integer(), nullable=False),
        sa.Column("vcpus_cap", sa.BigInteger(), nullable=False),
        sa.Column("vcpus_used", sa.BigInteger(), nullable=False),
        sa.Column("memory_mb_cap", sa.BigInteger(), nullable=False),
        sa.Column("memory_mb_used", sa.BigInteger(), nullable=False),
        sa.Column("disk_gb_cap", sa.BigInteger(), nullable=False),
        sa.Column("disk_gb_used", sa.BigInteger(), nullable=False),
        sa.Column("running", sa.Integer(), nullable=False),
        sa.Column("inventory", JSON, nullable=False),
        sa.Column("versions", JSON, nullable=False),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("publish_due", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_hosts")),
        sa.UniqueConstraint("uuid", name=op.f("uq_hosts_uuid")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_hosts_publish_due", "hosts", ["publish_due"], unique=False)
    op.create_index("ix_hosts_updated_at", "hosts", ["updated_at"], unique=False)
    op.create_table(
        "image_chores",
        sa.Column("id", UUID, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_image_chores")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_image_chores_due_at", "image_chores", ["due_at"], unique=False)
    op.create_table(
        "instances",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("project_id", NAME, nullable=False),
        sa.Column("vm_state", CODE, nullable=False),
        sa.Column("task_state", CODE, nullable=True),
        sa.Column("operation", NAME, nullable=True),
        sa.Column("host", NAME, nullable=True),
        sa.Column("amended_by", NAME, nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.Column("document", JSON, nullable=False),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_instances")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_instances_deleted_at", "instances", ["deleted_at"], unique=False)
    op.create_index("ix_instances_host", "instances", ["host"], unique=False)
    op.create_table(
        "migrations",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("instance_uuid", UUID, nullable=False),
        sa.Column("migration_type", CODE, nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_migrations")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index(
        "ix_migrations_instance", "migrations", ["instance_uuid", "created_at"], unique=False
    )
    op.create_table(
        "operation_steps",
        sa.Column("operation", NAME, nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("undo", sa.Boolean(), nullable=False),
        sa.Column("place", NAME, nullable=True),
        sa.Column("outcome", CODE, nullable=False),
        sa.Column("message", LONG_TEXT, nullable=True),
        sa.Column("details", LONG_TEXT, nullable=True),
        sa.Column("facts", JSON, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "operation", "attempt", "position", "undo", name=op.f("pk_operation_steps")
        ),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "operations",
        sa.Column("id", NAME, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("kind_version", sa.Integer(), nullable=False),
        sa.Column("action", CODE, nullable=False),
        sa.Column("subject", UUID, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("result", CODE, nullable=True),
        sa.Column("direction", CODE, nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("place", NAME, nullable=True),
        sa.Column("wake_at", sa.BigInteger(), nullable=True),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("request_id", CODE, nullable=False),
        sa.Column("user_id", NAME, nullable=False),
        sa.Column("project_id", NAME, nullable=False),
        sa.Column("arguments", JSON, nullable=False),
        sa.Column("message", LONG_TEXT, nullable=True),
        sa.Column("details", LONG_TEXT, nullable=True),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operations")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_operations_place", "operations", ["place", "open"], unique=False)
    op.create_index("ix_operations_subject", "operations", ["subject", "started_at"], unique=False)
    op.create_index("ix_operations_wake_at", "operations", ["wake_at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("kind", CODE, nullable=False),
        sa.Column("key", NAME, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", CODE, nullable=False),
        sa.Column("disposition", CODE, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name=op.f("pk_outbox")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_outbox_due_at", "outbox", ["due_at"], unique=False)
    op.create_table(
        "server_group_members",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("host", NAME, nullable=False),
        sa.Column("group_uuid", UUID, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "host", name=op.f("pk_server_group_members")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index(
        "ix_server_group_members_group", "server_group_members", ["group_uuid"], unique=False
    )
    op.create_index("ix_server_group_members_host", "server_group_members", ["host"], unique=False)
    op.create_table(
        "server_groups",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("policy", CODE, nullable=False),
        sa.Column("max_server_per_host", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_server_groups")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "service_chores",
        sa.Column("id", NAME, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_chores")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_service_chores_due_at", "service_chores", ["due_at"], unique=False)
    op.create_table(
        "services",
        sa.Column("binary", CODE, nullable=False),
        sa.Column("host", NAME, nullable=False),
        sa.Column("versions", JSON, nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("binary", "host", name=op.f("pk_services")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "specs",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_specs")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "tombstones",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_tombstones")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_tombstones_created_at", "tombstones", ["created_at"], unique=False)
    op.create_table(
        "volume_connections",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("volume_id", UUID, nullable=False),
        sa.Column("host", NAME, nullable=False),
        sa.Column("attachment_id", UUID, nullable=False),
        sa.Column("connection", JSON, nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("uuid", "volume_id", "host", name=op.f("pk_volume_connections")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
