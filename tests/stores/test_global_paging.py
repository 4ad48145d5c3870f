# SPDX-License-Identifier: Apache-2.0
"""Pages add up to the list on every database: order, ties and missing values are the same."""

from __future__ import annotations

import random

from sqlalchemy import delete

from nova_cells.global_api.db.tables.server_index import (
    server_documents,
    server_index,
    server_tags,
)
from nova_cells.global_api.index.server_index import ServerIndex
from tests.stores.base import StoreCase, on_every_database
from tests.unit.global_api.index.walk import FILTERS, KEYS, Walk


@on_every_database
class PagingTest(StoreCase):
    tree = "global_api"

    def empty(self) -> None:
        for table in (server_tags, server_documents, server_index):
            self.database.write(lambda c, table=table: c.execute(delete(table)))

    def test_every_key_in_both_directions(self) -> None:
        for name in KEYS:
            for way in ("asc", "desc"):
                with self.subTest(name, way=way):
                    self.empty()
                    Walk(ServerIndex(self.database), 1, ((name, way),), 6).run()

    def test_several_keys_and_filters(self) -> None:
        dice = random.Random(7)
        for seed in range(12):
            names = dice.sample(KEYS, dice.randint(2, 4))
            sort = tuple((name, dice.choice(("asc", "desc"))) for name in names)
            chosen = dice.randrange(len(FILTERS))
            with self.subTest(sort=sort, filter=chosen):
                self.empty()
                Walk(ServerIndex(self.database), seed, sort, dice.randint(1, 9), chosen).run()
