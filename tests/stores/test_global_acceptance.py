# SPDX-License-Identifier: Apache-2.0
"""Quota and groups are decided by the database, under any concurrency, on every database."""

from __future__ import annotations

import threading
import uuid as uuids
from collections.abc import Callable, Sequence

from sqlalchemy import func, select

from nova_cells.global_api.acceptance import Acceptance
from nova_cells.global_api.cells import CellDirectory
from nova_cells.global_api.db.tables.build_requests import build_requests
from nova_cells.global_api.db.tables.quota_usage import quota_holds
from nova_cells.global_api.faults import BadRequest, QuotaExceeded
from nova_cells.global_api.index.server_index import ServerIndex
from nova_cells.global_api.index.write import Head
from nova_cells.global_api.quota.holds import COUNTED
from nova_cells.global_api.quota.usage import QuotaUsage
from nova_cells.global_api.resources.quota_sets import limits_store
from nova_cells.global_api.resources.quota_sets.limits_store import QuotaLimits
from nova_cells.global_api.resources.server_groups import store as groups
from nova_cells.global_api.router.choose import CellChooser
from nova_cells.global_api.router.job import Job
from nova_cells.runtime.clock import now
from tests.stores.base import StoreCase, on_every_database
from tests.unit.global_api.world import PROJECT, configuration, context, group, spec


class _Kept:
    """Takes jobs and does nothing with them."""

    owner = "test"

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def submit(self, jobs: Sequence[Job]) -> None:
        self.jobs += jobs


def in_threads(number: int, work: Callable[[int], None]) -> None:
    """Run `work` in as many threads, all let go at once."""
    gate = threading.Barrier(number)

    def run(place: int) -> None:
        gate.wait()
        work(place)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)


@on_every_database
class AcceptanceTest(StoreCase):
    tree = "global_api"

    def setUp(self) -> None:
        super().setUp()
        self.use()

    def use(self, **overrides: object) -> None:
        conf = configuration(**overrides)
        directory = CellDirectory(self.database, silence=10.0)
        self.kept = _Kept()
        self.acceptance = Acceptance(
            conf,
            self.database,
            QuotaLimits.from_conf(conf),
            CellChooser(directory, self.database, subset=1, attempts=1),
            self.kept,
        )
        self.usage = QuotaUsage(self.database)
        self.index = ServerIndex(self.database)

    def count(self, table: object) -> int:
        query = select(func.count()).select_from(table)  # type: ignore[arg-type]
        return int(self.database.read(lambda c: c.execute(query).scalar_one()))

    def test_fifty_at_once_against_twenty_end_in_exactly_twenty(self) -> None:
        self.use(quota__instances=20)
        refused: list[str] = []
        failed: list[BaseException] = []

        def boot(place: int) -> None:
            try:
                self.acceptance.accept(context(), [spec()])
            except QuotaExceeded as fault:
                refused.append(fault.message)
            except BaseException as failure:
                failed.append(failure)
                raise

        in_threads(50, boot)
        self.assertEqual([], failed)
        self.assertEqual(30, len(refused))
        self.assertEqual(20, self.usage.of(PROJECT)["instances"])
        self.assertEqual((20, 20), (self.count(build_requests), self.count(quota_holds)))
        self.assertEqual(20, len(self.kept.jobs))
        self.assertIn("Quota exceeded for instances: Requested 1, but already used 20", refused[-1])

    def test_all_of_a_request_or_none(self) -> None:
        self.use(quota__cores=5)
        with self.assertRaises(QuotaExceeded) as caught:
            self.acceptance.accept(context(), [spec() for _ in range(6)])
        self.assertEqual(("cores",), caught.exception.resources)
        self.assertEqual((0, 0), (self.count(build_requests), self.count(quota_holds)))
        self.acceptance.accept(context(), [spec() for _ in range(5)])
        used = {"instances": 5, "cores": 5, "ram": 320, "disk": 5}
        self.assertEqual(used, self.usage.of(PROJECT))

    def test_a_users_own_limit_is_below_the_projects(self) -> None:
        self.database.write(
            lambda c: limits_store.set_project_limits(c, PROJECT, {"instances": 1}, "user")
        )
        self.acceptance.accept(context(), [spec()])
        with self.assertRaises(QuotaExceeded):
            self.acceptance.accept(context(), [spec()])
        self.acceptance.accept(context(), [spec(user_id="another")])
        self.assertEqual(2, self.usage.of(PROJECT)["instances"])
        self.assertEqual(1, self.usage.of(PROJECT, "user")["instances"])

    def test_a_deleted_server_gives_back_once(self) -> None:
        wishes = [spec() for _ in range(3)]
        self.acceptance.accept(context(), wishes)
        rows = [self.index.get(wish.uuid) for wish in wishes]
        heads = [
            Head({**row.document, "revision": 5, "deleted_at": now()}, "cell")
            for row in rows
            if row
        ]
        in_threads(4, lambda place: self.index.apply(heads) and None)
        self.assertEqual(dict.fromkeys(COUNTED, 0), self.usage.of(PROJECT))
        self.assertEqual(0, self.count(quota_holds))

    def test_deletes_and_boots_together_leave_the_sum_of_holds(self) -> None:
        wishes = [spec() for _ in range(20)]
        self.acceptance.accept(context(), wishes)
        documents = [row.document for row in map(self.index.get, [w.uuid for w in wishes]) if row]

        def churn(place: int) -> None:
            gone = {**documents[place], "revision": 5, "deleted_at": now()}
            self.index.apply([Head(gone, "cell")])
            self.acceptance.accept(context(), [spec()])

        in_threads(20, churn)
        self.assertEqual(20, self.usage.of(PROJECT)["instances"])
        self.assertEqual(20, self.count(quota_holds))

    def make_group(self, policy: str) -> str:
        uuid = str(uuids.uuid4())
        values = {
            "uuid": uuid,
            "project_id": PROJECT,
            "user_id": "user",
            "name": "group",
            "policy": policy,
            "rules": {},
            "created_at": now(),
        }
        self.database.write(lambda c: groups.create(c, values))
        return uuid

    def test_group_members_are_limited_under_concurrency(self) -> None:
        self.use(quota__server_group_members=5)
        uuid = self.make_group("anti-affinity")
        refused: list[int] = []

        def boot(place: int) -> None:
            try:
                wish = spec(group=group(uuid, "anti-affinity"))
                self.acceptance.accept(context(), [wish], group_uuid=uuid)
            except QuotaExceeded:
                refused.append(place)

        in_threads(12, boot)
        self.assertEqual(7, len(refused))
        self.assertEqual(5, self.usage.of(PROJECT)["instances"])

    def test_a_group_that_is_gone_is_refused_and_nothing_is_held(self) -> None:
        with self.assertRaises(BadRequest):
            self.acceptance.accept(context(), [spec()], group_uuid=str(uuids.uuid4()))
        self.assertEqual(0, self.usage.of(PROJECT)["instances"])
