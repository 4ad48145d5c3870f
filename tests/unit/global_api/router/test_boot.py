# SPDX-License-Identifier: Apache-2.0
"""Tests of handing servers to cells: the usual case, refusals, and outcomes nobody knows."""

from __future__ import annotations

import threading
import time
from typing import Any

from sqlalchemy import func, select

from nova_cells.global_api.db.tables.build_requests import build_requests
from nova_cells.global_api.db.tables.mappings import instance_mappings
from nova_cells.objects import Fault
from nova_cells.runtime.clock import now, seconds
from nova_cells.runtime.context import RequestContext, current
from tests.unit.global_api.scripted_cell import Broken
from tests.unit.global_api.world import Scenario, World, context, spec


class BootScenarios(Scenario):
    """Run below on SQLite, and in tests/stores on each database."""

    def requests(self) -> int:
        query = select(func.count()).select_from(build_requests)
        return int(self.database.read(lambda c: c.execute(query).scalar_one()))

    def epoch(self, uuid: str) -> int:
        query = select(instance_mappings.c.epoch).where(instance_mappings.c.uuid == uuid)
        return int(self.database.read(lambda c: c.execute(query).scalar_one()))

    def test_a_server_goes_to_a_cell_and_runs(self) -> None:
        east = self.cell("east")
        self.begin()
        self.known(east)
        uuid = self.boot()
        self.assertEqual("building", self.row(uuid).document["vm_state"])
        row = self.placed(uuid)
        self.assertEqual((east.uuid, "spawning"), (row.cell_uuid, row.document["task_state"]))
        self.assertEqual(1, self.requests())
        taken = east.publish(east.change(uuid, vm_state="active", task_state=None, power_state=1))
        self.assertEqual([uuid], taken)
        self.assertEqual("active", self.row(uuid).document["vm_state"])
        self.assertEqual(0, self.requests())

    def test_it_costs_three_commits_here(self) -> None:
        east = self.cell("east")
        self.begin(router__recovery_interval=60.0)
        self.known(east)
        before = self.database.commits
        uuid = self.boot()
        self.placed(uuid)
        east.publish(east.change(uuid, vm_state="active", task_state=None))
        self.assertEqual(3, self.database.commits - before)
        self.assertEqual(1, east.calls["build"])

    def test_a_full_cell_is_followed_by_the_next_one_under_a_new_epoch(self) -> None:
        full, free = self.cell("full", places=0), self.cell("free", places=1)
        self.begin()
        self.known(full, free)
        uuids = [self.boot() for _ in range(6)]
        self.until(lambda: sum(1 for uuid in uuids if self._settled(uuid)) == 6, "all settled")
        rows = [self.row(uuid) for uuid in uuids]
        placed = [row for row in rows if row.cell_uuid == free.uuid]
        self.assertEqual(1, len(placed))
        self.assertEqual(5, sum(row.document["vm_state"] == "error" for row in rows))

    def _settled(self, uuid: str) -> bool:
        row = self.row(uuid)
        return row.cell_uuid is not None or row.document["vm_state"] == "error"

    def test_nowhere_to_go_is_an_error_its_owner_can_read(self) -> None:
        east, west = self.cell("east", places=0), self.cell("west", places=0)
        self.begin()
        self.known(east, west)
        row = self.failed(self.boot())
        fault = row.document["fault"]
        self.assertEqual("No valid host was found.", fault["message"])
        self.assertEqual(500, fault["code"])
        self.assertIn("RamFilter: 0 hosts left", fault["details"])
        self.assertIn(east.uuid, fault["details"])
        self.assertIn(west.uuid, fault["details"])
        self.assertIsNone(row.cell_uuid)
        self.assertEqual(0, self.requests())
        self.assertEqual(1, self.side.quota.of(row.project_id)["instances"])
        actions = self.side.commands.actions(row)
        self.assertEqual([("create", "Error")], [(each.action, each.message) for each in actions])

    def test_a_lost_reply_is_asked_again_under_the_same_key(self) -> None:
        east = self.cell("east")
        self.begin()
        self.known(east)
        # Reading a new cell into the index would tell of the server before it is asked for again.
        self.until(lambda: east.calls["migrations"], "the cell is adopted")
        lost = iter([True])

        def lose(**arguments: Any) -> None:
            if next(lost, False):
                raise Broken("the reply is lost")

        east.script["build:after"] = lose
        uuid = self.boot()
        self.placed(uuid)
        self.assertEqual(2, east.calls["build"])
        self.assertEqual(1, len(east.instances))
        self.assertEqual(1, self.epoch(uuid))

    def test_before_a_second_cell_an_uncertain_first_one_cancels(self) -> None:
        east, west = self.cell("east", places=1), self.cell("west", places=0)
        self.begin()
        self.known(east, west)
        steps = iter(["lost", "full"])

        def misbehave(**arguments: Any) -> None:
            if next(steps, None) == "lost":
                west.places = 1
                east.places = 0
                raise Broken("the call is lost")

        east.script["build"] = misbehave
        uuid = self.boot()
        row = self.placed(uuid)
        self.assertEqual(west.uuid, row.cell_uuid)
        self.assertEqual({uuid: 1}, east.tombstones)
        self.assertEqual(2, row.epoch)

    def test_a_silent_cell_is_waited_for_until_the_deadline(self) -> None:
        east = self.cell("east")
        self.begin()
        self.known(east)
        broken = True

        def silent(**arguments: Any) -> None:
            if broken:
                raise Broken("no database")

        east.script["build"] = silent
        east.script["cancel"] = silent
        wish = spec(deadline=now() + seconds(1.5))
        self.side.acceptance.accept(context(), [wish])
        row = self.failed(wish.uuid)
        self.assertIn("deadline", row.document["fault"]["message"])
        self.assertEqual({}, east.tombstones)
        broken = False
        self.until(lambda: east.tombstones == {wish.uuid: 1}, "the queued cancel arrives", 8.0)

    def test_what_a_late_cell_says_of_a_failed_server_is_not_heard(self) -> None:
        east = self.cell("east", places=0)
        self.begin()
        self.known(east)
        uuid = self.boot()
        self.failed(uuid)
        east.places = 1
        ghost = east._build(spec(uuid=uuid)).instance
        ghost.revision = 99
        east.publish(east.item(ghost))
        self.assertEqual("error", self.row(uuid).document["vm_state"])

    def test_a_build_given_back_goes_to_another_cell(self) -> None:
        east, west = self.cell("east", places=1), self.cell("west", places=0)
        self.begin()
        self.known(east, west)
        uuid = self.boot()
        self.placed(uuid)
        west.places = 1
        instance = east.instances.pop(uuid)
        east.places = 0
        east.publish(east.item(instance, "returned"))
        self.until(lambda: self.row(uuid).cell_uuid == west.uuid, "west has it")
        self.assertEqual(2, self.row(uuid).epoch)

    def test_a_build_given_back_that_nobody_waits_for_fails(self) -> None:
        east = self.cell("east")
        self.begin()
        self.known(east)
        uuid = self.boot()
        self.placed(uuid)
        self.database.write(lambda c: c.execute(build_requests.delete()))
        item = east.change(uuid, fault=Fault(code=500, message="broken", created_at=now()))
        item.disposition = "returned"
        self.assertEqual([uuid], east.publish(item))
        row = self.row(uuid)
        self.assertEqual(("error", None), (row.document["vm_state"], row.cell_uuid))
        self.assertEqual("broken", row.document["fault"]["message"])

    def test_one_bad_item_does_not_keep_back_the_others(self) -> None:
        east = self.cell("east")
        self.begin()
        self.known(east)
        uuids = [self.boot(), self.boot()]
        for uuid in uuids:
            self.placed(uuid)
        good = east.change(uuids[0], vm_state="active", task_state=None)
        bad = east.change(uuids[1], vm_state="active", task_state=None)
        bad.document = {**bad.document, "disk_config": None}
        self.assertEqual([uuids[0]], east.publish(good, bad))
        self.assertEqual("active", self.row(uuids[0]).document["vm_state"])

    def test_a_lease_that_is_over_is_taken_by_another_process(self) -> None:
        east = self.cell("east")
        self.begin(router__recovery_interval=60.0)
        self.known(east)
        dead = self.make_side(router__lease=1.0)
        dead.cells.refresh()
        self.addCleanup(dead.cells.stop)
        wish = spec()
        dead.acceptance.accept(context(), [wish])  # its threads were never started
        time.sleep(0.1)
        self.assertEqual(0, east.calls["build"])
        time.sleep(1.0)
        assert self.side.router is not None
        self.side.router.recovery.kick()
        self.assertEqual(east.uuid, self.placed(wish.uuid).cell_uuid)

    def test_a_request_keeps_its_id_through_every_hand(self) -> None:
        east = self.cell("east")
        self.begin()
        self.known(east)
        seen: list[RequestContext | None] = []
        east.script["build"] = lambda requests: seen.append(current())
        wish = spec()
        self.side.acceptance.accept(context(), [wish])
        self.placed(wish.uuid)
        assert seen[0] is not None
        self.assertEqual(wish.request_id, seen[0].request_id)

    def test_a_cell_that_hangs_holds_up_nobody_else(self) -> None:
        east, west = self.cell("east"), self.cell("west")
        self.begin(router__lease=20.0, router__dispatch_threads=4)
        self.known(east, west)
        assert self.side.router is not None
        read = self.side.router.adoption._seen
        self.until(lambda: read == {east.uuid, west.uuid}, "nothing else is asked of the cells")
        dead = threading.Event()
        self.addCleanup(dead.set)
        east.script["build"] = lambda requests: dead.wait(10)
        while not east.calls["build"]:
            self.boot()
        handle = self.side.cells.get(east.uuid)
        self.until(lambda: handle.suspect, "suspect")
        uuids = [self.boot() for _ in range(10)]
        self.assertEqual({west.uuid}, {self.placed(uuid).cell_uuid for uuid in uuids})
        dead.set()
        self.until(lambda: not handle.suspect, "no suspect any more")

    def test_what_was_never_sent_goes_elsewhere_under_the_same_epoch(self) -> None:
        east = self.cell("east")
        side = self.begin(router__recovery_interval=60.0)
        self.known(east)
        handle = side.cells.get(east.uuid)
        wish = spec()
        submitted: list[Any] = []
        submit, side.acceptance._dispatch.submit = (
            side.acceptance._dispatch.submit,
            submitted.extend,
        )
        side.acceptance.accept(context(), [wish])
        west = self.cell("west")
        self.known(west)
        handle.breaker.failed()
        handle.breaker.failed()
        submit(submitted)
        self.assertEqual((west.uuid, 1), (self.placed(wish.uuid).cell_uuid, self.epoch(wish.uuid)))
        self.assertEqual(0, east.calls["build"] + east.calls["cancel"])

    def test_with_no_cell_in_sight_it_waits_for_one(self) -> None:
        east = self.cell("east", start=False)
        self.begin()
        uuid = self.boot()
        time.sleep(0.2)
        self.assertEqual("building", self.row(uuid).document["vm_state"])
        east.start()
        self.assertEqual(east.uuid, self.placed(uuid, 10.0).cell_uuid)


class BootTest(BootScenarios, World):
    pass
