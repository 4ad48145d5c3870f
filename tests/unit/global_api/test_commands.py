# SPDX-License-Identifier: Apache-2.0
"""Tests of commands and deletes, with the cell up, down, and not yet there."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import Any

from sqlalchemy import func, select

from nova_cells.contracts import FaultCode, Refused
from nova_cells.global_api.db.tables.build_requests import build_requests
from nova_cells.global_api.db.tables.operations import journal
from nova_cells.global_api.db.tables.quota_usage import quota_holds
from nova_cells.global_api.faults import CellUnavailable, Conflict, NotSupported, ServerNotFound
from nova_cells.global_api.index.query import IndexRow
from nova_cells.runtime.clock import now
from tests.unit.global_api.scripted_cell import Broken, ScriptedCell
from tests.unit.global_api.world import PROJECT, Scenario, World, context, spec


def refuse(code: FaultCode, message: str = "", **details: Any) -> Any:
    """A script that refuses."""

    def step(**arguments: Any) -> None:
        raise Refused(code, message, **details)

    return step


def silent(**arguments: Any) -> None:
    """A script that gives no answer."""
    raise Broken("no answer")


class CommandsCase(Scenario):
    def setUp(self) -> None:
        super().setUp()
        self.east = self.cell("east")
        self.begin()
        self.known(self.east)

    def active(self) -> IndexRow:
        uuid = self.boot()
        self.placed(uuid)
        self.east.publish(self.east.change(uuid, vm_state="active", task_state=None))
        return self.row(uuid)

    def count(self, table: Any, *where: Any) -> int:
        query = select(func.count()).select_from(table).where(*where)
        return int(self.database.read(lambda c: c.execute(query).scalar_one()))

    def down(self, cell: ScriptedCell) -> None:
        """Make the cell silent for everything."""
        for method in ("act", "cancel", "build", "facts", "amend", "show", "console_output"):
            cell.script[method] = silent

    def up(self, cell: ScriptedCell) -> None:
        cell.script.clear()

    def gone(self, uuid: str) -> IndexRow:
        """Have the cell finish a delete, as its feed tells it."""
        item = self.east.change(uuid, vm_state="deleted", task_state=None, deleted_at=now())
        self.east.publish(item)
        return self.row(uuid)


class ActTest(CommandsCase, World):
    def test_a_client_sees_its_own_write(self) -> None:
        row = self.active()
        document = self.side.commands.act(context(), row, "stop", {})
        self.assertEqual("stop", document["task_state"])
        self.assertEqual("stop", self.row(row.uuid).document["task_state"])

    def test_the_api_words_of_a_conflict(self) -> None:
        row = self.active()
        uuid = row.uuid
        cases = [
            (
                {"obstacle": "vm_state", "vm_state": "stopped", "task_state": None, "locked": True},
                f"Cannot 'stop' instance {uuid} while it is in vm_state stopped",
            ),
            (
                {"obstacle": "task_state", "vm_state": "active", "task_state": "rebooting"},
                f"Cannot 'stop' instance {uuid} while it is in task_state rebooting",
            ),
            ({"obstacle": "locked", "locked": True}, f"Instance {uuid} is locked"),
        ]
        for details, message in cases:
            self.east.script["act"] = refuse(FaultCode.CONFLICT, **details)
            with self.subTest(**details), self.assertRaises(Conflict) as caught:
                self.side.commands.act(context(), row, "stop", {})
            self.assertEqual(message, caught.exception.message)

    def test_other_refusals(self) -> None:
        row = self.active()
        self.east.script["act"] = refuse(FaultCode.INSTANCE_NOT_FOUND)
        with self.assertRaises(ServerNotFound):
            self.side.commands.act(context(), row, "stop", {})
        self.east.script["act"] = refuse(FaultCode.NOT_SUPPORTED, "no")
        with self.assertRaises(NotSupported):
            self.side.commands.act(context(), row, "stop", {})

    def test_a_silent_cell_is_asked_twice_and_then_not_waited_for(self) -> None:
        row = self.active()
        self.east.script["act"] = lambda **arguments: time.sleep(1.5)
        self.east.script["facts"] = silent
        for _ in range(2):
            with self.assertRaises(CellUnavailable) as caught:
                self.side.commands.act(context(), row, "stop", {})
        self.assertGreater(caught.exception.retry_after, 0)
        before = time.monotonic()
        with self.assertRaises(CellUnavailable):
            self.side.commands.act(context(), row, "stop", {})
        self.assertLess(time.monotonic() - before, 0.2)
        self.up(self.east)
        self.east.publish_facts()
        self.until(lambda: self.side.cells.get(self.east.uuid).answers, "it answers again")
        self.side.commands.act(context(), row, "stop", {})

    def test_one_call_without_an_answer_opens_the_breaker_soon(self) -> None:
        row = self.active()
        hang = threading.Event()
        self.addCleanup(hang.set)
        for method in ("act", "facts"):
            self.east.script[method] = lambda **arguments: hang.wait(20)
        asked = threading.Thread(target=self.try_to_stop, args=(row,))
        handle = self.side.cells.get(self.east.uuid)
        asked.start()
        self.addCleanup(asked.join)
        self.until(lambda: not handle.breaker.closed, "open", 6.0)
        with self.assertRaises(CellUnavailable):
            self.side.commands.act(context(), row, "start", {})
        self.assertEqual(1, self.east.calls["act"])

    def try_to_stop(self, row: IndexRow) -> None:
        with contextlib.suppress(CellUnavailable):
            self.side.commands.act(context(), row, "stop", {})

    def test_changes_of_what_describes_wait_for_a_silent_cell(self) -> None:
        row = self.active()
        self.down(self.east)
        amend = self.side.commands.amend
        shown = amend(context(), row, {"metadata_set": {"k": "1"}})
        self.assertEqual({"k": "1"}, shown["metadata"])
        self.assertEqual({"k": "1"}, self.row(row.uuid).document["metadata"])
        with self.assertRaises(CellUnavailable):
            amend(context(), row, {"lock": {"by": "owner", "reason": None}})
        # From now on they wait behind one another, even where the cell would answer.
        self.east.script.pop("amend")
        amend(context(), self.row(row.uuid), {"metadata_set": {"k": "2"}, "name": "newer"})
        amend(context(), self.row(row.uuid), {"tags_add": ["t"]})
        self.assertEqual("1", self.east.instances[row.uuid].metadata.get("k", "1"))
        self.up(self.east)
        self.until(
            lambda: self.count(journal.operations, journal.operations.c.open) == 0, "told", 9
        )
        told = self.east.instances[row.uuid]
        self.assertEqual(({"k": "2"}, "newer", ["t"]), (told.metadata, told.name, told.tags))
        self.assertNotIn("queued_changes", self.row(row.uuid).document)
        self.assertEqual([], self.side.commands._own_actions.of(row.uuid))

    def test_a_queued_change_the_cell_refuses_is_shown_no_more(self) -> None:
        row = self.active()
        self.down(self.east)
        self.side.commands.amend(context(), row, {"metadata_set": {"k": "1"}})
        self.up(self.east)
        self.east.script["amend"] = refuse(FaultCode.CONFLICT, "not now")
        left = journal.operations.c.open
        self.until(lambda: self.count(journal.operations, left) == 0, "told", 9)
        self.assertEqual({}, self.row(row.uuid).document["metadata"])

    def test_a_queued_change_is_held_against_the_same_limits(self) -> None:
        row = self.active()
        self.down(self.east)
        with self.assertRaises(Exception) as caught:
            wish = {"metadata_set": {"a": "1", "b": "2"}, "at_most": {"metadata": 1}}
            self.side.commands.amend(context(), row, wish)
        self.assertNotIsInstance(caught.exception, CellUnavailable)

    def test_a_server_that_no_cell_has_yet_cannot_be_acted_on(self) -> None:
        self.down(self.east)
        uuid = self.boot()
        with self.assertRaises(Conflict) as caught:
            self.side.commands.act(context(), self.row(uuid), "stop", {})
        self.assertIn("vm_state building", caught.exception.message)

    def test_amend_with_and_without_a_cell(self) -> None:
        row = self.active()
        self.side.commands.amend(context(), row, {"name": "new"})
        self.assertEqual("new", self.row(row.uuid).document["name"])
        self.east.places = 0
        failed = self.failed(self.boot())
        self.side.commands.amend(context(), failed, {"name": "failed"})
        self.assertEqual("failed", self.row(failed.uuid).document["name"])
        for changes in ({"tags": ["t"]}, {"metadata_set": {"a": "b"}}):
            with self.assertRaisesRegex(Conflict, "while it is in vm_state error"):
                self.side.commands.amend(context(), failed, changes)

    def test_current_asks_a_cell_that_was_not_heard_of(self) -> None:
        row = self.active()
        stale = IndexRow(**{**vars(row), "fresh": False})
        self.east.change(row.uuid, name="newer")
        self.assertEqual("newer", self.side.commands.current(stale).document["name"])
        self.down(self.east)
        self.assertIs(stale, self.side.commands.current(stale))

    def test_console(self) -> None:
        row = self.active()
        self.assertEqual("login:", self.side.commands.console_output(row, 10))


class DeleteScenarios(CommandsCase):
    """Run below on SQLite, and in tests/stores on each database."""

    def test_a_running_server(self) -> None:
        row = self.active()
        self.side.commands.delete(context(), row)
        self.assertEqual("deleting", self.row(row.uuid).document["task_state"])
        self.assertEqual(1, self.side.quota.of(PROJECT)["instances"])
        self.assertTrue(self.gone(row.uuid).deleted)
        self.assertEqual(0, self.side.quota.of(PROJECT)["instances"])
        self.assertEqual([], self.uuids())

    def test_a_locked_server(self) -> None:
        row = self.active()
        self.east.publish(self.east.change(row.uuid, locked_by="owner"))
        self.down(self.east)
        with self.assertRaises(Conflict):
            self.side.commands.delete(context(), self.row(row.uuid))
        self.up(self.east)
        self.side.commands.delete(context(is_admin=True), self.row(row.uuid))

    def test_in_a_silent_cell_it_is_promised_and_kept(self) -> None:
        row = self.active()
        self.down(self.east)
        self.side.commands.delete(context(), row)
        self.assertEqual("deleting", self.row(row.uuid).document["task_state"])
        self.east.publish(self.east.change(row.uuid, name="it does not know yet"))
        self.assertEqual("deleting", self.row(row.uuid).document["task_state"])
        self.assertEqual(1, self.side.quota.of(PROJECT)["instances"])
        self.up(self.east)
        self.until(lambda: self.east.calls["act"] >= 2, "told", 8.0)
        self.until(lambda: self.count(journal.operations, journal.operations.c.open) == 0, "kept")
        self.assertTrue(self.gone(row.uuid).deleted)
        self.assertEqual(0, self.count(quota_holds))

    def test_twice_in_a_silent_cell_is_no_fault(self) -> None:
        row = self.active()
        self.down(self.east)
        self.side.commands.delete(context(), row)
        self.side.commands.delete(context(), self.row(row.uuid))
        self.up(self.east)
        self.until(
            lambda: self.count(journal.operations, journal.operations.c.open) == 0, "kept", 8.0
        )

    def test_one_that_failed_everywhere(self) -> None:
        self.east.places = 0
        row = self.failed(self.boot())
        self.side.commands.delete(context(), row)
        self.assertTrue(self.row(row.uuid).deleted)
        self.assertEqual(0, self.side.quota.of(PROJECT)["instances"])

    def test_before_any_cell_was_chosen(self) -> None:
        self.change_cell(self.east, state="disabled")
        self.until(lambda: not self.side.cells.get(self.east.uuid).row.enabled, "disabled")
        west = self.cell("west", start=False)
        self.until(lambda: self.side.cells.get(west.uuid), "west listed")
        self.side.cells.get(west.uuid).breaker.failed()
        self.side.cells.get(west.uuid).breaker.failed()
        uuid = self.boot()
        self.side.commands.delete(context(), self.row(uuid))
        self.assertTrue(self.row(uuid).deleted)
        self.assertEqual(0, self.count(build_requests))

    def test_while_the_build_call_is_on_its_way(self) -> None:
        inside, go_on = threading.Event(), threading.Event()

        def slow(**arguments: Any) -> None:
            inside.set()
            go_on.wait(5)

        self.east.script["build"] = slow
        uuid = self.boot()
        inside.wait(5)
        self.side.commands.delete(context(), self.row(uuid))
        go_on.set()
        self.until(lambda: self.row(uuid).deleted, "deleted")
        self.until(lambda: self.east.calls["build"] == 1 and not self.east.instances, "not built")
        time.sleep(0.1)
        self.assertEqual({}, self.east.instances)
        self.assertEqual((0, 0), (self.count(build_requests), self.count(quota_holds)))

    def test_while_it_is_being_built(self) -> None:
        uuid = self.boot()
        self.placed(uuid)
        self.side.commands.delete(context(), self.row(uuid))
        self.assertEqual("deleting", self.row(uuid).document["task_state"])
        self.assertTrue(self.gone(uuid).deleted)
        self.assertEqual((0, 0), (self.count(build_requests), self.count(quota_holds)))

    def test_a_build_that_ends_meanwhile_does_not_forget_the_delete(self) -> None:
        uuid = self.boot()
        self.placed(uuid)
        self.down(self.east)
        self.side.commands.delete(context(), self.row(uuid))
        self.east.publish(self.east.change(uuid, vm_state="active", task_state=None))
        self.assertEqual("deleting", self.row(uuid).document["task_state"])
        over = build_requests.update().values(lease_until=0)
        self.database.write(lambda connection: connection.execute(over))
        self.up(self.east)
        self.until(lambda: self.east.instances[uuid].task_state == "deleting", "told", 8.0)
        self.assertTrue(self.gone(uuid).deleted)
        self.assertEqual((0, 0), (self.count(build_requests), self.count(quota_holds)))

    def test_while_building_in_a_silent_cell(self) -> None:
        uuid = self.boot()
        self.placed(uuid)
        self.down(self.east)
        self.side.commands.delete(context(), self.row(uuid))
        self.assertEqual("deleting", self.row(uuid).document["task_state"])
        over = build_requests.update().values(lease_until=0)  # its lease is over at once
        self.database.write(lambda connection: connection.execute(over))
        self.up(self.east)
        self.until(lambda: self.count(build_requests) == 0, "told", 8.0)
        self.assertTrue(self.gone(uuid).deleted)

    def test_one_nobody_knows(self) -> None:
        row = self.active()
        ghost = IndexRow(**{**vars(row), "uuid": spec().uuid})
        with self.assertRaises(ServerNotFound):
            self.side.commands.delete(context(), ghost)

    def test_one_its_cell_has_lost(self) -> None:
        row = self.active()
        del self.east.instances[row.uuid]
        self.side.commands.delete(context(), row)
        self.assertTrue(self.row(row.uuid).deleted)
        self.assertEqual(0, self.count(quota_holds))


class DeleteTest(DeleteScenarios, World):
    pass
