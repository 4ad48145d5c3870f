# SPDX-License-Identifier: Apache-2.0
"""Property: pages add up to the list, whatever it is sorted by and whatever happens meanwhile."""

from __future__ import annotations

import tempfile
import unittest

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from nova_cells.global_api.db.tables.server_index import (
    server_documents,
    server_index,
    server_tags,
)
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.runtime.db import Database
from tests.unit.global_api.index.walk import FILTERS, KEYS, Walk
from tests.unit.global_api.world import make_tables

SORTS = st.lists(
    st.tuples(st.sampled_from(KEYS), st.sampled_from(("asc", "desc"))),
    min_size=1,
    max_size=4,
    unique_by=lambda pair: pair[0],
).map(tuple)


class PagingTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="nova-cells-paging-")
        self.addCleanup(folder.cleanup)
        url = f"sqlite:///{folder.name}/global.db"
        make_tables(url)
        self.database = Database(url, name="global")
        self.addCleanup(self.database.close)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        seed=st.integers(0, 2**32),
        sort=SORTS,
        limit=st.integers(1, 9),
        chosen=st.integers(0, len(FILTERS) - 1),
    )
    def test_nothing_twice_nothing_missing_all_in_order(self, seed, sort, limit, chosen) -> None:
        for table in (server_tags, server_documents, server_index):
            self.database.write(lambda c, table=table: c.execute(delete(table)))
        Walk(ServerIndex(self.database), seed, sort, limit, chosen).run()

    def test_every_key_in_both_directions(self) -> None:
        for name in KEYS:
            for way in ("asc", "desc"):
                with self.subTest(name, way=way):
                    for table in (server_tags, server_documents, server_index):
                        self.database.write(lambda c, table=table: c.execute(delete(table)))
                    Walk(ServerIndex(self.database), 1, ((name, way),), 4).run()
