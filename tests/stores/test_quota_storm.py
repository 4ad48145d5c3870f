# SPDX-License-Identifier: Apache-2.0
"""Usage is what lives: after any storm, and an audit says where somebody has made it otherwise."""

from __future__ import annotations

import random
import threading
import time
import uuid as uuids

from sqlalchemy import delete, func, insert, select, update

from nova_cells.global_api.db.tables.quota_limits import owner_counts
from nova_cells.global_api.db.tables.quota_usage import quota_holds, quota_usage
from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.faults import ApiFault, QuotaExceeded
from nova_cells.global_api.quota import holds
from nova_cells.global_api.quota.audit import Difference, audit
from nova_cells.objects import FeedItem, Flavor
from nova_cells.runtime.clock import now
from tests.stores.base import StoreCase, on_every_database
from tests.unit.global_api.scripted_cell import Broken, ScriptedCell
from tests.unit.global_api.world import OTHER, PROJECT, Scenario, context, spec

SMALL = Flavor(id=1, flavorid="1", name="small", vcpus=1, memory_mb=64, root_gb=1)
LARGE = Flavor(id=2, flavorid="2", name="large", vcpus=4, memory_mb=512, root_gb=5, swap_mb=1500)
LIMITS = {"quota__instances": 12, "quota__cores": 30, "quota__ram": 4096}
THREADS, ROUNDS = 8, 12


@on_every_database
class StormTest(Scenario, StoreCase):
    """Servers of two projects and three users come and go while cells fall silent and refuse."""

    tree = "global_api"

    def setUp(self) -> None:
        super().setUp()
        self.west, self.east = self.cell("west", places=15), self.cell("east", places=15)
        self.begin(**LIMITS, router__lease=1.0)
        self.known(self.west, self.east)
        self.storming = True
        self.mine: dict[str, str] = {}
        self.refused = 0
        self.unexpected: list[BaseException] = []

    def test_usage_is_what_lives(self) -> None:
        weather = threading.Thread(target=self._weather)
        users = [threading.Thread(target=self._user, args=(number,)) for number in range(THREADS)]
        for thread in (weather, *users):
            thread.start()
        for thread in users:
            thread.join()
        self.storming = False
        weather.join()
        for cell in (self.west, self.east):
            cell.script.clear()
            cell.publish_facts()
        self.assertEqual([], self.unexpected)
        self._settle()
        self.assertEqual([], audit(self.database, settle=0.0))
        self.assertEqual(self._lives(), self._used())
        self.assertGreater(self.refused, 0, "the storm never reached a limit")
        for uuid in list(self.mine):
            self._delete(uuid)
        self.until(lambda: self._finish() and self._lives() == {}, "all gone", within=60)
        self.assertEqual({}, self._used())

    def _user(self, number: int) -> None:
        chance = random.Random(number)
        try:
            for _ in range(ROUNDS):
                if self.mine and chance.random() < 0.45:
                    self._delete(chance.choice(list(self.mine)))
                else:
                    self._boot(chance)
        except BaseException as problem:  # noqa: BLE001 - told by the test's own thread
            self.unexpected.append(problem)

    def _boot(self, chance: random.Random) -> None:
        project, user = chance.choice((PROJECT, OTHER)), chance.choice(("user", "ursula", "uwe"))
        flavor = chance.choice((SMALL, LARGE))
        wishes = [
            spec(project=project, user_id=user, flavor=flavor)
            for _ in range(chance.choice((1, 1, 2)))
        ]
        try:
            self.side.acceptance.accept(context(), wishes)
        except QuotaExceeded:
            self.refused += 1
        else:
            self.mine.update((wish.uuid, project) for wish in wishes)

    def _delete(self, uuid: str) -> None:
        row = self.side.index.get(uuid)
        if row is None or row.deleted:
            self.mine.pop(uuid, None)
            return
        try:
            self.side.commands.delete(context(), row)
        except ApiFault:  # being deleted already, or its cell is away
            return
        self.mine.pop(uuid, None)

    def _weather(self) -> None:
        """A cell goes silent, answers too late, comes back; and finishes what it was given."""
        chance = random.Random(7)
        while self.storming:
            cell = chance.choice((self.west, self.east))
            for method in ("build", "build:after", "act", "cancel"):
                if chance.random() < 0.3:
                    cell.script[method] = _silent
                else:
                    cell.script.pop(method, None)
            self._finish()
            time.sleep(0.02)

    def _finish(self) -> bool:
        """Have both cells end deletes and builds, as their feeds tell it."""
        for cell in (self.west, self.east):
            for uuid in list(cell.instances):
                item = _next(cell, uuid)
                if item is not None:
                    cell.publish(item)
        return True

    def _settle(self) -> None:
        """Until every server is placed, failed or gone; else told with what its cell says."""
        end = time.monotonic() + 60
        while left := self._left():
            if time.monotonic() > end:
                self.fail(f"not settled: {left}")
            self._finish()
            time.sleep(0.02)

    def _left(self) -> list[tuple[object, ...]]:
        i = server_index.c
        query = select(i.uuid, i.cell_uuid, i.vm_state, i.task_state, i.queued_delete, i.revision)
        busy = query.where(i.deleted.is_(False), (i.vm_state == "building") | i.queued_delete)
        homes = {cell.uuid: cell for cell in (self.west, self.east)}
        left = []
        for row in self.database.read(lambda c: c.execute(busy).all()):
            known = homes[row.cell_uuid].instances.get(row.uuid) if row.cell_uuid else None
            told = known and (known.vm_state, known.task_state, known.deleted_at, known.revision)
            left.append((*row, told))
        return left

    def _lives(self) -> dict[str, int]:
        """Project → its living servers, from the index alone."""
        i = server_index.c
        query = select(i.project_id, func.count()).where(i.deleted.is_(False))
        rows = self.database.read(lambda c: c.execute(query.group_by(i.project_id)).all())
        return dict(tuple(row) for row in rows)

    def _used(self) -> dict[str, int]:
        used = {project: self.side.quota.of(project)["instances"] for project in (PROJECT, OTHER)}
        return {project: number for project, number in used.items() if number}


def _silent(**arguments: object) -> None:
    raise Broken("no answer")


def _next(cell: ScriptedCell, uuid: str) -> FeedItem | None:
    """What the cell's own work does to an instance next, decided under the cell's lock."""
    with cell._lock:
        instance = cell.instances[uuid]
        if instance.deleted_at is not None:
            return None
        if instance.task_state == "deleting":
            return cell.change(uuid, vm_state="deleted", task_state=None, deleted_at=now())
        if instance.vm_state == "building":
            return cell.change(uuid, vm_state="active", task_state=None)
        return None


@on_every_database
class AuditTest(Scenario, StoreCase):
    tree = "global_api"

    def setUp(self) -> None:
        super().setUp()
        self.side = self.make_side()
        self.wish = spec(flavor=LARGE)
        self.side.acceptance.accept(context(), [self.wish])

    def found(self) -> list[Difference]:
        return audit(self.database, settle=0.0)

    def write(self, statement: object) -> None:
        self.database.write(lambda connection: connection.execute(statement))

    def test_nothing_to_say(self) -> None:
        self.assertEqual([], self.found())
        self.assertEqual(
            {"instances": 1, "cores": 4, "ram": 512, "disk": 7}, self.side.quota.of(PROJECT)
        )

    def test_a_counter_that_is_off(self) -> None:
        self.write(update(quota_usage).where(quota_usage.c.user_id == "").values(cores=5))
        self.assertEqual([Difference("usage of", PROJECT, "cores", 5, 4)], self.found())
        self.assertEqual(5, self.side.quota.of(PROJECT)["cores"], "told, not corrected")

    def test_a_hold_without_a_server_and_a_server_without_a_hold(self) -> None:
        ghost = str(uuids.uuid4())
        hold = holds.Hold.of(ghost, SMALL)
        owner = holds.Owner(PROJECT, "user")
        self.database.write(lambda c: holds.take(c, owner, [hold], {}, {}))
        self.assertEqual([Difference("hold of", ghost, "instances", 1, 0)], self.found())
        self.database.write(lambda c: holds.release(c, [ghost, self.wish.uuid]))
        self.assertEqual([Difference("hold of", self.wish.uuid, "instances", 0, 1)], self.found())

    def test_a_hold_of_another_size(self) -> None:
        for table in (quota_holds, quota_usage):
            self.write(update(table).values(ram=64))
        self.assertEqual([Difference("hold of", self.wish.uuid, "ram", 64, 512)], self.found())

    def test_counts_of_owners(self) -> None:
        self.write(insert(owner_counts).values(resource="key_pairs", owner="user", used=2))
        self.assertEqual([Difference("usage of", "user", "key_pairs", 2, 0)], self.found())
        self.write(delete(owner_counts))
        self.assertEqual([], self.found())

    def test_what_passes_by_itself_is_not_told(self) -> None:
        self.write(update(quota_usage).where(quota_usage.c.user_id == "").values(cores=5))

        def meanwhile(seconds: float) -> None:
            self.write(update(quota_usage).values(cores=4))

        self.assertEqual([], audit(self.database, sleep=meanwhile))
