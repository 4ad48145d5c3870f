# SPDX-License-Identifier: Apache-2.0
"""What both alembic trees do to run: take the caller's connection, or connect by the given URL."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection


def run() -> None:
    """Run the revisions asked for."""
    connection: Connection | None = context.config.attributes.get("connection")
    if connection is None:
        raise SystemExit("run migrations by nova-cells-manage, which opens the database")
    context.configure(
        connection=connection,
        transaction_per_migration=False,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()
