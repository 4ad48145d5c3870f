# SPDX-License-Identifier: Apache-2.0
"""Deleted servers that are kept for a while: restore, delete by force, and reclaim."""

from __future__ import annotations

from nova_cells.contracts import FaultCode
from tests.unit.cell.conductor.test_actions import ActionCase
from tests.unit.cell.conductor.world import conf

KEPT = 600


class SoftDeleteCase(ActionCase):
    def setUp(self) -> None:
        conf().set_override("reclaim_instance_interval", KEPT, "conductor")
        self.addCleanup(conf().clear_override, "reclaim_instance_interval", "conductor")
        super().setUp()

    def reclaimed(self):
        self.world.conductor.reclaim.round()
        self.world.settle()
        return self.server()


class SoftDeleteTest(SoftDeleteCase):
    def test_a_delete_switches_it_off_and_keeps_it(self):
        self.assertEqual("soft-deleting", self.act("delete").task_state)
        self.world.settle()
        server = self.server()
        self.assertEqual(
            ("soft-delete", None, 4), (server.vm_state, server.task_state, server.power_state)
        )
        self.assertIsNone(server.deleted_at)
        self.assertEqual({self.uuid: False}, self.host().machines)
        self.assertEqual(1, len(self.world.rows("claims")))
        actions = [action.action for action in self.world.cell.actions(self.uuid)]
        self.assertEqual(["delete", "create"], actions)

    def test_twice_is_once(self):
        self.act("delete", "one")
        self.assertEqual("soft-deleting", self.act("delete", "two").task_state)
        self.world.settle()
        self.assertEqual("soft-delete", self.act("delete", "three").vm_state)
        self.assertEqual([], self.world.open_operations())

    def test_it_is_restored(self):
        self.assertEqual(FaultCode.CONFLICT, self.refusal("restore").code)
        self.done("delete")
        for kind in ("start", "pause", "stop"):
            self.assertEqual(FaultCode.CONFLICT, self.refusal(kind).code)
        self.assertEqual("restoring", self.act("restore").task_state)
        self.world.settle()
        self.assertEqual(("active", 1), (self.server().vm_state, self.server().power_state))

    def test_force_deletes_for_good(self):
        self.done("delete")
        self.assertEqual("deleted", self.done("delete", key="force", type="FORCE").vm_state)
        self.assertEqual([], self.world.rows("claims"))

    def test_force_interrupts_a_soft_delete_that_hangs(self):
        self.act("delete")
        self.world.wire.inbox.clear()
        self.assertEqual("deleted", self.done("delete", key="force", type="FORCE").vm_state)

    def test_what_never_ran_is_not_kept(self):
        reply = self.world.build()
        self.world.wire.inbox.clear()
        self.world.cell.act(reply.uuid, 1, "delete", "early", {})
        self.world.settle()
        self.assertEqual("deleted", self.world.cell.show(reply.uuid).vm_state)

    def test_a_host_that_is_down_owes_the_switching_off(self):
        self.host().alive = False
        self.world.pass_time(61)
        self.assertEqual("soft-delete", self.act("delete").vm_state)
        self.host().alive = True
        self.host().beat()
        self.world.settle()
        self.assertEqual({self.uuid: False}, self.host().machines)


class ReclaimTest(SoftDeleteCase):
    def test_its_time_runs_out(self):
        self.done("delete")
        self.world.clock.advance(KEPT - 1)
        self.assertEqual("soft-delete", self.reclaimed().vm_state)
        self.world.clock.advance(2)
        self.assertEqual("deleted", self.reclaimed().vm_state)

    def test_a_restore_begins_the_time_anew(self):
        self.done("delete")
        self.world.clock.advance(KEPT - 1)
        self.done("restore")
        self.world.clock.advance(2)
        self.assertEqual("active", self.reclaimed().vm_state)
        self.done("delete", key="again")
        self.world.clock.advance(KEPT - 1)
        self.assertEqual("soft-delete", self.reclaimed().vm_state)

    def test_one_being_restored_is_left_alone(self):
        self.done("delete")
        self.world.clock.advance(KEPT + 1)
        self.act("restore")
        self.assertEqual(FaultCode.CONFLICT, self.refusal("delete", key="r", type="RECLAIM").code)
        self.assertEqual("active", self.reclaimed().vm_state)

    def test_a_lock_does_not_keep_it(self):
        self.done("delete")
        self.world.cell.amend(self.uuid, 1, "lock", {"lock": {"by": "owner", "reason": None}})
        self.world.clock.advance(KEPT + 1)
        self.assertEqual("deleted", self.reclaimed().vm_state)
