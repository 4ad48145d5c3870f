# SPDX-License-Identifier: Apache-2.0
"""Quota follows the sizes of servers: reserved before, charged by what is heard, whoever dies."""

from __future__ import annotations

import itertools
import random
from typing import Any

from sqlalchemy import select

from nova_cells.global_api.db.tables.quota_usage import quota_holds
from nova_cells.global_api.faults import CellUnavailable, Conflict, QuotaExceeded
from nova_cells.global_api.index.query import IndexRow
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.quota import audit, holds
from nova_cells.global_api.quota.reservations import LIFETIME, Reservations
from nova_cells.global_api.quota.usage import QuotaUsage
from nova_cells.global_api.resources.quota_sets.limits_store import RESOURCES, QuotaLimits
from nova_cells.objects import Flavor
from nova_cells.runtime.clock import ManualClock
from tests.stores.base import StoreCase, on_every_database
from tests.stores.test_global_acceptance import in_threads
from tests.stores.test_global_index import CELL, document

SMALL = Flavor(id=1, flavorid="1", name="small", vcpus=1, memory_mb=100, root_gb=1)
LARGE = Flavor(id=2, flavorid="2", name="large", vcpus=4, memory_mb=50, root_gb=2)


@on_every_database
class SizesTest(StoreCase):
    tree = "global_api"

    def setUp(self) -> None:
        super().setUp()
        self.clock = ManualClock()
        self.index = ServerIndex(self.database)
        self.use(cores=-1)

    def use(self, **limits: int) -> None:
        quotas = QuotaLimits({**dict.fromkeys(RESOURCES, -1), **limits})
        self.reservations = Reservations(self.database, quotas, self.clock)

    def server(self) -> IndexRow:
        """One that runs, and its hold."""
        found = document(flavor=SMALL, image_id="image", revision=1)
        self.index.apply([Head(found, CELL)])
        hold = holds.Hold.of(found["uuid"], SMALL)
        owner, free = holds.Owner("project", "user"), dict.fromkeys(RESOURCES, -1)
        self.database.write(lambda c: holds.take(c, owner, [hold], free, free))
        return self.row(found["uuid"])

    def row(self, uuid: str) -> IndexRow:
        row = self.index.get(uuid)
        assert row is not None
        return row

    def hear(self, row: IndexRow, revision: int, **changes: Any) -> None:
        """A cell's newer word."""
        for name in ("flavor", "other_flavor"):
            if changes.get(name) is not None:
                changes[name] = changes[name].document()
        head = {**row.document, "revision": revision, **changes}
        self.index.apply([Head(head, CELL)])

    def used(self) -> tuple[int, int, int]:
        whole = QuotaUsage(self.database).of("project")
        user = QuotaUsage(self.database).of("project", "user")
        self.assertEqual(whole, user)
        return whole["cores"], whole["ram"], whole["disk"]

    def held(self) -> set[str]:
        wanted = select(quota_holds.c.purpose)
        return {
            text.partition("/")[0] for text in self.database.read(lambda c: c.scalars(wanted).all())
        }

    def test_a_resize_is_reserved_charged_and_settled(self) -> None:
        row = self.server()
        self.assertEqual((1, 100, 1), self.used())
        with self.reservations.for_size(row, "key", LARGE):
            self.assertEqual((4, 100, 2), self.used())
            self.assertEqual({"server", "reserved"}, self.held())
            self.hear(row, 2, other_flavor=LARGE, operation="key")
            self.assertEqual({"server"}, self.held())
            self.assertEqual((4, 100, 2), self.used())
        self.assertEqual((4, 100, 2), self.used())
        self.hear(row, 3, flavor=LARGE, other_flavor=SMALL, vm_state="resized")
        self.assertEqual((4, 100, 2), self.used())
        self.hear(row, 4, flavor=LARGE, other_flavor=None)
        self.assertEqual((4, 50, 2), self.used())
        self.assertEqual([], audit.audit(self.database, settle=0))
        self.hear(row, 5, deleted_at=1, vm_state="deleted")
        self.assertEqual((0, 0, 0), self.used())

    def test_a_refusal_gives_back_and_no_answer_waits(self) -> None:
        row = self.server()
        for fault, used in ((Conflict("no"), (1, 100, 1)), (CellUnavailable("?"), (4, 100, 2))):
            try:
                with self.reservations.for_size(row, "key", LARGE):
                    raise fault
            except type(fault):
                self.assertEqual(used, self.used())
        self.reservations.expire()
        self.assertEqual((4, 100, 2), self.used())
        self.clock.advance(LIFETIME / 1_000_000 + 1)
        in_threads(3, lambda place: self.reservations.expire())
        self.assertEqual(((1, 100, 1), {"server"}), (self.used(), self.held()))

    def test_one_that_began_after_all_is_charged(self) -> None:
        row = self.server()
        self.hear(row, 2, other_flavor=LARGE, operation="key")
        self.assertEqual((4, 100, 2), self.used())

    def test_a_smaller_size_needs_nothing_more(self) -> None:
        self.use(cores=0, ram=0)
        row = self.server()
        with self.reservations.for_size(row, "key", SMALL.replace(memory_mb=1)):
            self.assertEqual({"server"}, self.held())

    def test_of_many_at_once_as_many_as_there_is_room_for(self) -> None:
        self.use(cores=8 + 3 * 3)
        rows = [self.server() for _ in range(8)]
        refused: list[int] = []

        def resize(place: int) -> None:
            try:
                with self.reservations.for_size(rows[place], f"key-{place}", LARGE):
                    self.hear(rows[place], 2, other_flavor=LARGE, operation=f"key-{place}")
            except QuotaExceeded:
                refused.append(place)

        in_threads(8, resize)
        self.assertEqual((5, 8 + 3 * 3), (len(refused), self.used()[0]))
        self.assertEqual([], audit.audit(self.database, settle=0))

    def test_whatever_is_heard_in_whichever_order_the_newest_counts(self) -> None:
        sizes: list[tuple[Flavor, Flavor | None]] = [
            (SMALL, LARGE),
            (LARGE, SMALL),
            (SMALL, None),
            (SMALL, LARGE),
            (LARGE, SMALL),
            (LARGE, None),
        ]
        order = list(itertools.chain(enumerate(sizes, 2), enumerate(sizes, 2)))
        rows = [self.server() for _ in range(4)]
        for seed, row in enumerate(rows):
            told = random.Random(seed).sample(order, len(order))
            in_threads(2, lambda place, r=row, t=told: self._tell(r, t[place::2]))
        self.assertEqual((16, 200, 8), self.used())
        self.assertEqual([], audit.audit(self.database, settle=0))

    def _tell(self, row: IndexRow, told: list[Any]) -> None:
        for revision, (flavor, other) in told:
            self.hear(row, revision, flavor=flavor, other_flavor=other)
