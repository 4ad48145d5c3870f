# SPDX-License-Identifier: Apache-2.0
"""A database brought up by the migrations is the one the code's tables describe."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Float, create_engine

from nova_cells.runtime.db import engines, schema
from tests.stores.base import StoreCase, on_every_database


def differs(context, found_column, column, found, wanted):
    """Alembic's own judgement, but a DOUBLE is what MariaDB makes of FLOAT(53)."""
    return False if isinstance(found, Float) and isinstance(wanted, Float) else None


class Migrations(StoreCase):
    """Compares what is there with what the code says."""

    def test_migrations_equal_the_tables(self):
        engine = create_engine(engines.normal_url(self.url))
        self.addCleanup(engine.dispose)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": differs})
            differences = compare_metadata(context, schema.metadata_of(self.tree))
        self.assertEqual([], differences)

    def test_the_database_is_at_the_head(self):
        self.assertEqual(schema.head(self.tree), schema.current(self.url, self.tree))

    def test_a_second_upgrade_does_nothing(self):
        schema.upgrade(self.url, self.tree)
        self.assertEqual(schema.head(self.tree), schema.current(self.url, self.tree))


@on_every_database
class CellSchemaTest(Migrations):
    tree = "cell"


@on_every_database
class GlobalSchemaTest(Migrations):
    tree = "global_api"


del Migrations
