# SPDX-License-Identifier: Apache-2.0
"""All tables of the `global_api` tree; written by `tools/migration initial`, not edited by hand."""

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
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "aggregates",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("metadata", JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aggregates")),
        sa.UniqueConstraint("name", name=op.f("uq_aggregates_name")),
        sa.UniqueConstraint("uuid", name=op.f("uq_aggregates_uuid")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "build_requests",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("spec", JSON, nullable=False),
        sa.Column("phase", CODE, nullable=False),
        sa.Column("cell_uuid", UUID, nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("attempts", JSON, nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("lease_owner", CODE, nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_build_requests")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index(
        op.f("ix_build_requests_lease_until"), "build_requests", ["lease_until"], unique=False
    )
    op.create_table(
        "cells",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("transport_url", sa.Text(), nullable=False),
        sa.Column("state", CODE, nullable=False),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("mark", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_cells")),
        sa.UniqueConstraint("name", name=op.f("uq_cells_name")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "flavors",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("flavorid", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("vcpus", sa.Integer(), nullable=False),
        sa.Column("memory_mb", sa.Integer(), nullable=False),
        sa.Column("root_gb", sa.Integer(), nullable=False),
        sa.Column("ephemeral_gb", sa.Integer(), nullable=False),
        sa.Column("swap_mb", sa.Integer(), nullable=False),
        sa.Column("rxtx_factor", sa.Float(precision=53), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("disabled", sa.Boolean(), nullable=False),
        sa.Column("description", LONG_TEXT, nullable=True),
        sa.Column("extra_specs", JSON, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flavors")),
        sa.UniqueConstraint("flavorid", name=op.f("uq_flavors_flavorid")),
        sa.UniqueConstraint("name", name=op.f("uq_flavors_name")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "host_index",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("cell_uuid", UUID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("node", NAME, nullable=False),
        sa.Column("zone", NAME, nullable=False),
        sa.Column("up", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("forced_down", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("last_seen", sa.BigInteger(), nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host_index")),
        sa.UniqueConstraint("cell_uuid", "name", name="uniq_host_index_cell_name"),
        sa.UniqueConstraint("uuid", name=op.f("uq_host_index_uuid")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index(op.f("ix_host_index_name"), "host_index", ["name"], unique=False)
    op.create_table(
        "instance_mappings",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("project_id", NAME, nullable=False),
        sa.Column("user_id", NAME, nullable=False),
        sa.Column("cell_uuid", UUID, nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_instance_mappings")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index(
        op.f("ix_instance_mappings_cell_uuid"), "instance_mappings", ["cell_uuid"], unique=False
    )
    op.create_table(
        "keypairs",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("user_id", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("type", CODE, nullable=False),
        sa.Column("fingerprint", NAME, nullable=False),
        sa.Column("public_key", LONG_TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keypairs")),
        sa.UniqueConstraint("user_id", "name", name=op.f("uq_keypairs_user_id_name")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "migrations",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("cell_uuid", UUID, nullable=False),
        sa.Column("instance_uuid", UUID, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("migration_type", CODE, nullable=False),
        sa.Column("status", CODE, nullable=False),
        sa.Column("source_compute", NAME, nullable=True),
        sa.Column("dest_compute", NAME, nullable=True),
        sa.Column("user_id", NAME, nullable=True),
        sa.Column("project_id", NAME, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_migrations")),
        sa.UniqueConstraint("uuid", name=op.f("uq_migrations_uuid")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_migrations_age", "migrations", ["created_at", "id"], unique=False)
    op.create_index("ix_migrations_instance", "migrations", ["instance_uuid"], unique=False)
    op.create_index(
        "ix_migrations_project", "migrations", ["project_id", "created_at", "id"], unique=False
    )
    op.create_index("ix_migrations_updated", "migrations", ["updated_at"], unique=False)
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
        "owner_counts",
        sa.Column("resource", CODE, nullable=False),
        sa.Column("owner", NAME, nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("resource", "owner", name=op.f("pk_owner_counts")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "policy_bundle",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_bundle")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "quota_holds",
        sa.Column("instance_uuid", UUID, nullable=False),
        sa.Column("purpose", CODE, nullable=False),
        sa.Column("project_id", NAME, nullable=False),
        sa.Column("user_id", NAME, nullable=False),
        sa.Column("instances", sa.BigInteger(), nullable=False),
        sa.Column("cores", sa.BigInteger(), nullable=False),
        sa.Column("ram", sa.BigInteger(), nullable=False),
        sa.Column("disk", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("instance_uuid", "purpose", name=op.f("pk_quota_holds")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index(op.f("ix_quota_holds_expires_at"), "quota_holds", ["expires_at"], unique=False)
    op.create_table(
        "quota_limits",
        sa.Column("scope", CODE, nullable=False),
        sa.Column("owner", NAME, nullable=False),
        sa.Column("user_id", NAME, nullable=False),
        sa.Column("resource", CODE, nullable=False),
        sa.Column("hard_limit", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "scope", "owner", "user_id", "resource", name=op.f("pk_quota_limits")
        ),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "quota_usage",
        sa.Column("project_id", NAME, nullable=False),
        sa.Column("user_id", NAME, nullable=False),
        sa.Column("instances", sa.BigInteger(), nullable=False),
        sa.Column("cores", sa.BigInteger(), nullable=False),
        sa.Column("ram", sa.BigInteger(), nullable=False),
        sa.Column("disk", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("project_id", "user_id", name=op.f("pk_quota_usage")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "server_documents",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("version", CODE, nullable=False),
        sa.Column(
            "document", sa.LargeBinary().with_variant(mysql.LONGBLOB(), "mysql"), nullable=False
        ),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_server_documents")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "server_groups",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("project_id", NAME, nullable=False),
        sa.Column("user_id", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("policy", CODE, nullable=False),
        sa.Column("rules", JSON, nullable=False),
        sa.Column("pinned_cell", UUID, nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_server_groups")),
        sa.UniqueConstraint("uuid", name=op.f("uq_server_groups_uuid")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index(
        op.f("ix_server_groups_project_id"), "server_groups", ["project_id"], unique=False
    )
    op.create_table(
        "server_index",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("cell_uuid", UUID, nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("queued_delete", sa.Boolean(), nullable=False),
        sa.Column("labels", CODE, nullable=True),
        sa.Column("project_id", NAME, nullable=False),
        sa.Column("user_id", NAME, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("hostname", NAME, nullable=True),
        sa.Column("description", NAME, nullable=True),
        sa.Column("vm_state", CODE, nullable=False),
        sa.Column("task_state", CODE, nullable=True),
        sa.Column("power_state", sa.Integer(), nullable=False),
        sa.Column("host", NAME, nullable=True),
        sa.Column("node", NAME, nullable=True),
        sa.Column("pinned_availability_zone", NAME, nullable=True),
        sa.Column("flavor_id", NAME, nullable=False),
        sa.Column("flavor_row_id", sa.Integer(), nullable=True),
        sa.Column("cores", sa.Integer(), nullable=False),
        sa.Column("ram", sa.BigInteger(), nullable=False),
        sa.Column("disk", sa.BigInteger(), nullable=False),
        sa.Column("image_id", NAME, nullable=True),
        sa.Column("kernel_id", NAME, nullable=True),
        sa.Column("ramdisk_id", NAME, nullable=True),
        sa.Column("key_name", NAME, nullable=True),
        sa.Column("config_drive", sa.Boolean(), nullable=False),
        sa.Column("root_device_name", NAME, nullable=True),
        sa.Column("reservation_id", NAME, nullable=True),
        sa.Column("launch_index", sa.Integer(), nullable=False),
        sa.Column("access_ip_v4", NAME, nullable=True),
        sa.Column("access_ip_v6", NAME, nullable=True),
        sa.Column("addresses_v4", sa.Text(), nullable=False),
        sa.Column("addresses_v6", sa.Text(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("locked_by", CODE, nullable=True),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("disk_config", CODE, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("launched_at", sa.BigInteger(), nullable=True),
        sa.Column("terminated_at", sa.BigInteger(), nullable=True),
        sa.Column("deleted_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_server_index")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index(
        "ix_server_index_age", "server_index", ["deleted", "created_at", "uuid"], unique=False
    )
    op.create_index("ix_server_index_deleted", "server_index", ["deleted_at"], unique=False)
    op.create_index("ix_server_index_host", "server_index", ["host"], unique=False)
    op.create_index(
        "ix_server_index_project",
        "server_index",
        ["project_id", "deleted", "created_at", "uuid"],
        unique=False,
    )
    op.create_index("ix_server_index_updated", "server_index", ["updated_at"], unique=False)
    op.create_table(
        "server_metadata",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("key", NAME, nullable=False),
        sa.Column("value", NAME, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "key", name=op.f("pk_server_metadata")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "server_tags",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("tag", NAME, nullable=False),
        sa.PrimaryKeyConstraint("uuid", "tag", name=op.f("pk_server_tags")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index("ix_server_tags_tag", "server_tags", ["tag"], unique=False)
    op.create_table(
        "volume_holds",
        sa.Column("key", UUID, nullable=False),
        sa.Column("server", UUID, nullable=False),
        sa.Column("document", JSON, nullable=False),
        sa.Column("wake_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_volume_holds")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index(op.f("ix_volume_holds_wake_at"), "volume_holds", ["wake_at"], unique=False)
    op.create_table(
        "wishes",
        sa.Column("uuid", UUID, nullable=False),
        sa.Column("spec", JSON, nullable=False),
        sa.Column("images", JSON, nullable=False),
        sa.PrimaryKeyConstraint("uuid", name=op.f("pk_wishes")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "aggregate_hosts",
        sa.Column("aggregate_id", sa.Integer(), nullable=False),
        sa.Column("host", NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["aggregate_id"],
            ["aggregates.id"],
            name=op.f("fk_aggregate_hosts_aggregate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("aggregate_id", "host", name=op.f("pk_aggregate_hosts")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index(op.f("ix_aggregate_hosts_host"), "aggregate_hosts", ["host"], unique=False)
    op.create_table(
        "flavor_projects",
        sa.Column("flavor_id", SERIAL, nullable=False),
        sa.Column("project_id", NAME, nullable=False),
        sa.ForeignKeyConstraint(
            ["flavor_id"],
            ["flavors.id"],
            name=op.f("fk_flavor_projects_flavor_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("flavor_id", "project_id", name=op.f("pk_flavor_projects")),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "server_group_members",
        sa.Column("group_uuid", UUID, nullable=False),
        sa.Column("instance_uuid", UUID, nullable=False),
        sa.ForeignKeyConstraint(
            ["group_uuid"],
            ["server_groups.uuid"],
            name=op.f("fk_server_group_members_group_uuid"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "group_uuid", "instance_uuid", name=op.f("pk_server_group_members")
        ),
        mysql_charset="utf8mb4",
        mysql_collate="utf8mb4_bin",
        mysql_engine="InnoDB",
    )
    op.create_index(
        op.f("ix_server_group_members_instance_uuid"),
        "server_group_members",
        ["instance_uuid"],
        unique=False,
    )
