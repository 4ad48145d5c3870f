# SPDX-License-Identifier: Apache-2.0
"""Start, stop, reboot and delete: what they do, when they are refused, what interrupts what."""

from __future__ import annotations

from nova_cells.contracts import FaultCode, Refused
from nova_cells.runtime import context
from tests.unit.cell.conductor.world import WorldCase


class ActionCase(WorldCase):
    def setUp(self) -> None:
        super().setUp()
        self.uuid = self.world.booted()

    def act(self, kind, key=None, epoch=1, **arguments):
        return self.world.cell.act(self.uuid, epoch, kind, key or f"key-{kind}", arguments)

    def done(self, kind, key=None, **arguments):
        self.act(kind, key, **arguments)
        self.world.settle()
        return self.server()

    def server(self):
        return self.world.cell.show(self.uuid)

    def host(self):
        return self.world.hosts[self.server().host]

    def refusal(self, kind, key=None, **arguments):
        with self.assertRaises(Refused) as caught:
            self.act(kind, key, **arguments)
        return caught.exception


class PowerTest(ActionCase):
    def test_stop_and_start(self):
        self.assertEqual("powering-off", self.act("stop").task_state)
        self.world.settle()
        self.assertEqual(("stopped", 4), (self.server().vm_state, self.server().power_state))
        self.assertEqual({self.uuid: False}, self.host().machines)
        self.assertEqual("powering-on", self.act("start").task_state)
        self.world.settle()
        self.assertEqual(("active", 1), (self.server().vm_state, self.server().power_state))
        self.assertEqual({self.uuid: True}, self.host().machines)

    def test_stop_tells_the_host_how_long_to_ask_the_guest(self):
        self.act("stop")
        [(_, work)] = self.world.wire.inbox
        self.assertEqual({"shutdown_timeout": 60.0}, work.arguments)

    def test_reboots(self):
        self.assertEqual("rebooting", self.act("reboot", type="SOFT").task_state)
        self.world.settle()
        self.assertEqual("rebooting_hard", self.act("reboot", "key-2", type="HARD").task_state)
        self.world.settle()
        self.assertEqual(("active", None), (self.server().vm_state, self.server().task_state))

    def test_a_hard_reboot_brings_a_stopped_server_up(self):
        self.done("stop")
        self.assertEqual("active", self.done("reboot", type="HARD").vm_state)

    def test_a_hard_reboot_interrupts_a_soft_one_that_hangs(self):
        self.act("reboot", "soft", type="SOFT")
        self.world.wire.inbox.clear()
        self.act("reboot", "hard", type="HARD")
        [(_, work)] = self.world.wire.inbox
        self.assertEqual(["soft"], work.supersedes)
        self.world.settle()
        self.assertEqual("active", self.server().vm_state)
        results = {row["id"]: row["result"] for row in self.world.rows("operations")}
        self.assertEqual(("preempted", "done"), (results["soft"], results["hard"]))

    def test_a_failure_leaves_the_server_as_it_was_with_a_fault(self):
        self.host().script["power_off"] = ["refused"]
        server = self.done("stop")
        self.assertEqual(("active", None), (server.vm_state, server.task_state))
        self.assertEqual("it broke", server.fault.message)
        self.assertEqual("Error", self.world.cell.actions(self.uuid)[0].message)

    def test_a_failure_in_passing_is_repeated_a_few_times(self):
        self.host().script["power_off"] = ["failed"] * 2
        self.assertEqual("stopped", self.done("stop").vm_state)
        self.host().script["power_on"] = ["failed"] * 3
        self.assertEqual("stopped", self.done("start").vm_state)


class RefusalTest(ActionCase):
    def test_a_state_that_does_not_allow_it(self):
        refusal = self.refusal("start")
        self.assertEqual(FaultCode.CONFLICT, refusal.code)
        details = {
            "obstacle": "vm_state",
            "vm_state": "active",
            "task_state": None,
            "locked": False,
        }
        self.assertEqual(details, refusal.details)
        self.assertIn("vm_state active", refusal.message)

    def test_a_soft_reboot_of_a_stopped_server(self):
        self.done("stop")
        self.assertEqual(FaultCode.CONFLICT, self.refusal("reboot", type="SOFT").code)

    def test_while_another_operation_runs(self):
        self.act("stop")
        refusal = self.refusal("reboot", type="SOFT")
        self.assertEqual("powering-off", refusal.details["task_state"])

    def test_a_locked_one_is_refused_to_all_but_administrators(self):
        self.world.cell.amend(self.uuid, 1, "lock", {"locked_by": "owner"})
        self.assertTrue(self.refusal("stop").details["locked"])
        self.assertTrue(self.refusal("delete").details["locked"])
        with context.use(context.RequestContext(is_admin=True)):
            self.assertEqual("powering-off", self.act("stop").task_state)

    def test_an_older_epoch(self):
        self.assertEqual(FaultCode.STALE_EPOCH, self.refusal("stop", epoch=0).code)

    def test_an_unknown_server_and_an_unknown_action(self):
        self.assertEqual(FaultCode.NOT_SUPPORTED, self.refusal("levitate").code)
        self.uuid = "33333333-3333-4333-8333-333333333333"
        self.assertEqual(FaultCode.INSTANCE_NOT_FOUND, self.refusal("stop").code)

    def test_a_host_that_is_down(self):
        self.host().alive = False
        self.world.pass_time(61)
        self.assertEqual(FaultCode.HOST_DOWN, self.refusal("stop").code)


class KeyTest(ActionCase):
    def test_the_same_key_begins_once(self):
        self.act("stop", "key")
        self.act("stop", "key")
        self.world.settle()
        self.act("stop", "key")
        self.assertEqual("stopped", self.server().vm_state)
        self.assertEqual(["power_off"], [ran for ran in self.host().ran if ran == "power_off"])


class DeleteTest(ActionCase):
    def test_it_leaves_nothing(self):
        host = self.host()
        self.assertEqual("deleting", self.act("delete").task_state)
        self.world.settle()
        server = self.server()
        self.assertEqual(
            ("deleted", None, 0), (server.vm_state, server.task_state, server.power_state)
        )
        self.assertEqual(self.world.clock(), server.deleted_at)
        self.assertEqual({}, host.machines)
        for table in ("claims", "specs", "debts"):
            self.assertEqual([], self.world.rows(table), table)
        self.assertEqual([0] * 3, [row["vcpus_used"] for row in self.world.rows("hosts")])

    def test_twice_is_once(self):
        self.act("delete", "one")
        self.assertEqual("deleting", self.act("delete", "two").task_state)
        self.world.settle()
        self.assertEqual("deleted", self.act("delete", "three").vm_state)
        self.assertEqual(1, self.host().ran.count("destroy_machine"))
        self.assertEqual(
            ["delete", "create"], [a.action for a in self.world.cell.actions(self.uuid)]
        )

    def test_it_interrupts_what_is_being_done(self):
        self.act("stop")
        late = list(self.world.wire.inbox)
        self.world.wire.inbox.clear()
        self.act("delete")
        self.world.deliver()
        self.world.wire.inbox.extend(late)
        self.world.settle()
        self.assertEqual("deleted", self.server().vm_state)
        self.assertNotIn("power_off", self.host().ran)

    def test_a_host_that_is_down_owes_it(self):
        host = self.host()
        host.alive = False
        self.world.pass_time(61)
        self.act("delete")
        self.assertEqual("deleted", self.server().vm_state)
        self.assertEqual([], self.world.rows("claims"))
        self.assertEqual([host.name], [row["host"] for row in self.world.rows("debts")])
        host.alive = True
        host.beat()
        self.world.settle()
        self.assertEqual({}, host.machines)
        self.assertEqual([], self.world.rows("debts"))

    def test_it_is_repeated_until_its_deadline_then_fails_readably(self):
        self.host().script["destroy_machine"] = ["failed"] * 8
        self.assertEqual("deleted", self.done("delete").vm_state)

    def test_a_refusal_of_the_host_ends_in_error_and_can_be_asked_again(self):
        self.host().script["destroy_machine"] = ["refused"]
        server = self.done("delete")
        self.assertEqual(("error", "it broke"), (server.vm_state, server.fault.message))
        self.act("delete", "again")
        self.world.settle()
        self.assertEqual("deleted", self.server().vm_state)


class RecordTest(ActionCase):
    def test_actions_and_events_are_read_from_the_journal(self):
        asked = context.RequestContext(user_id="someone", project_id="project")
        with context.use(asked):
            self.act("stop")
        action = self.world.cell.action(self.uuid, asked.request_id)
        self.assertEqual(("stop", "someone"), (action.action, action.user_id))
        [event] = action.events
        self.assertEqual(("compute_stop_instance", None), (event.event, event.result))
        self.assertIsNone(event.finish_time)
        self.world.settle()
        [event] = self.world.cell.action(self.uuid, asked.request_id).events
        self.assertEqual("Success", event.result)
        self.assertEqual(self.server().host, event.host)

    def test_they_outlive_the_server(self):
        self.done("delete")
        self.assertEqual(
            ["delete", "create"], [a.action for a in self.world.cell.actions(self.uuid)]
        )

    def test_an_unknown_request(self):
        with self.assertRaises(Refused) as caught:
            self.world.cell.action(self.uuid, "req-nobody")
        self.assertEqual(FaultCode.ACTION_NOT_FOUND, caught.exception.code)
