# SPDX-License-Identifier: Apache-2.0
"""Index and cells are compared all the time: what differs is found, told and repaired."""

from __future__ import annotations

import time

from sqlalchemy import delete, update

from nova_cells.global_api.db.tables.server_index import server_documents, server_index
from nova_cells.global_api.index.check import AHEAD, BEHIND, MISSING, SURPLUS, IndexCheck
from nova_cells.global_api.router.verification import DRIFT, LAG, REPAIRED, Verification
from nova_cells.runtime.clock import now
from tests.unit.global_api.world import World


class VerificationTest(World):
    def setUp(self) -> None:
        super().setUp()
        self.east = self.cell("east")
        self.begin()
        self.known(self.east)
        self.handle = self.side.cells.get(self.east.uuid)
        self.verification = Verification(
            self.database,
            self.side.cells,
            interval=60,
            every=60,
            check=IndexCheck(self.database, settle=0.05),
        )

    def server(self) -> str:
        """One that is built, told by its cell."""
        # Reading a new cell into the index would find what a look is to find.
        self.until(lambda: self.east.calls["migrations"], "the cell is adopted")
        uuid = self.boot()
        self.placed(uuid)
        self.east.publish(self.east.change(uuid, vm_state="active", task_state=None))
        return uuid

    def look(self) -> dict[str, str]:
        return {each.uuid: each.kind for each in self.verification.verify(self.handle)}

    def figure(self, metric: object) -> float:
        told = self.verification.figures()
        return sum(each.value for each in told if each.metric is metric)

    def test_the_lag_is_that_of_what_was_told_last(self) -> None:
        uuid = self.server()
        self.assertLess(self.figure(LAG), 60)
        item = self.east.change(uuid, name="late")
        item.document["updated_at"] -= 300_000_000
        self.east.publish(item)
        self.assertGreaterEqual(self.figure(LAG), 300)

    def test_where_all_agree_one_question_is_asked(self) -> None:
        self.server()
        self.assertEqual({}, self.look())
        self.assertEqual((1, 0), (self.east.calls["sums"], self.east.calls["standings"]))
        self.assertEqual(0, self.figure(DRIFT))

    def test_a_change_that_was_never_told_is_found_and_taken(self) -> None:
        uuid = self.server()
        self.east.change(uuid, name="newer")
        self.assertEqual({uuid: BEHIND}, self.look())
        self.assertEqual("newer", self.row(uuid).document["name"])
        self.assertEqual((1, 1), (self.figure(DRIFT), self.figure(REPAIRED)))
        self.assertEqual({}, self.look())
        self.assertEqual((0, 1), (self.figure(DRIFT), self.figure(REPAIRED)))

    def test_a_lost_row_comes_back(self) -> None:
        uuid = self.server()
        for table in (server_documents, server_index):
            gone = delete(table).where(table.c.uuid == uuid)
            self.database.write(lambda c, gone=gone: c.execute(gone))
        self.assertEqual({uuid: MISSING}, self.look())
        self.assertEqual(self.east.uuid, self.row(uuid).cell_uuid)

    def test_a_server_its_cell_has_no_trace_of_is_let_go_only_by_hand(self) -> None:
        uuid = self.server()
        del self.east.instances[uuid]
        self.assertEqual({uuid: SURPLUS}, self.look())
        self.assertFalse(self.row(uuid).deleted)
        self.assertEqual((1, 0), (self.figure(DRIFT), self.figure(REPAIRED)))
        check, cell = IndexCheck(self.database, settle=0.0), self.side.cells.get(self.east.uuid)
        assert cell is not None
        for found in check.differences(cell):
            self.assertTrue(check.repair(cell, found))
        self.assertTrue(self.row(uuid).deleted)

    def test_one_that_its_cell_knows_to_be_deleted_is_let_go(self) -> None:
        uuid = self.server()
        self.east.change(uuid, vm_state="deleted", task_state=None, deleted_at=now())
        self.assertEqual({uuid: SURPLUS}, self.look())
        self.assertTrue(self.row(uuid).deleted)

    def test_the_index_never_goes_back(self) -> None:
        uuid = self.server()
        later = update(server_index).where(server_index.c.uuid == uuid).values(revision=1000)
        self.database.write(lambda c: c.execute(later))
        self.assertEqual({uuid: AHEAD}, self.look())
        self.assertEqual({uuid: AHEAD}, self.look())
        self.assertEqual((1, 0), (self.figure(DRIFT), self.figure(REPAIRED)))

    def test_news_on_their_way_are_no_difference(self) -> None:
        uuid = self.server()
        item = self.east.change(uuid, name="newer")
        self.east.script["standings"] = lambda **_more: self.east.publish(item)
        self.assertEqual({}, self.look())

    def test_a_router_looks_by_itself(self) -> None:
        uuid = self.server()
        self.east.change(uuid, name="newer")
        self.verification._every = 0.0
        self.verification._looked[self.east.uuid] = time.monotonic() - 1
        self.verification.round()
        self.assertEqual("newer", self.row(uuid).document["name"])
