# SPDX-License-Identifier: Apache-2.0
"""Pause, unpause, suspend, resume: states, refusals, and hosts that are not able to."""

from __future__ import annotations

from nova_cells.contracts import FaultCode
from tests.unit.cell.conductor.test_actions import ActionCase

PAIRS = (
    ("pause", "unpause", "paused", ("pausing", "unpausing")),
    ("suspend", "resume", "suspended", ("suspending", "resuming")),
)


class StillTest(ActionCase):
    def test_there_and_back(self):
        for there, back, state, tasks in PAIRS:
            self.assertEqual(tasks[0], self.act(there).task_state)
            self.world.settle()
            self.assertEqual((state, None), (self.server().vm_state, self.server().task_state))
            self.assertEqual({self.uuid: state}, self.host().machines)
            self.assertEqual(tasks[1], self.act(back).task_state)
            self.world.settle()
            self.assertEqual(("active", 1), (self.server().vm_state, self.server().power_state))

    def test_the_states_that_do_not_allow_it(self):
        for there, back, _state, _tasks in PAIRS:
            self.assertIn("vm_state active", self.refusal(back).message)
            self.done(there)
            self.assertEqual(FaultCode.CONFLICT, self.refusal(there, key="again").code)
            self.assertEqual(FaultCode.CONFLICT, self.refusal("start").code)
            self.assertEqual(
                "active", self.done("reboot", key=f"after-{there}", type="HARD").vm_state
            )

    def test_a_failure_leaves_it_as_it_was(self):
        for there, _back, _state, _tasks in PAIRS:
            self.host().script[f"{there}_machine"] = ["refused"]
            server = self.done(there)
            self.assertEqual(("active", "it broke"), (server.vm_state, server.fault.message))

    def test_a_paused_guest_that_is_gone_is_a_stopped_server(self):
        self.done("pause")
        host = self.server().host
        self.world.agents_side().power_states(host, {self.uuid: 4})
        self.assertEqual("active", self.done("start").vm_state)

    def test_a_suspended_one_that_is_off_stays_suspended(self):
        self.done("suspend")
        self.world.agents_side().power_states(self.server().host, {self.uuid: 4})
        self.assertEqual("active", self.done("resume").vm_state)

    def test_a_delete_interrupts_it(self):
        self.act("suspend")
        self.world.wire.inbox.clear()
        self.assertEqual("deleted", self.done("delete").vm_state)


class PlainHostTest(ActionCase):
    hosts = {"h1": {"traits": []}}

    def test_a_host_that_is_not_able_is_not_even_asked(self):
        for there, _back, _state, _tasks in PAIRS:
            self.assertEqual(FaultCode.NOT_SUPPORTED, self.refusal(there).code)
        self.assertEqual([], self.world.open_operations())
