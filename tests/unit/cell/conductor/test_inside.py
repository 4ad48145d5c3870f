# SPDX-License-Identifier: Apache-2.0
"""Rescue, passwords and crash dumps: states, undo, and secrets that are not kept."""

from __future__ import annotations

from nova_cells.contracts import FaultCode
from tests.unit.cell.conductor.test_actions import ActionCase

SECRETS = {"admin_password": "secret"}


class RescueTest(ActionCase):
    def test_there_and_back(self):
        self.assertEqual("rescuing", self.act("rescue", secrets=SECRETS).task_state)
        self.world.settle()
        self.assertEqual("rescued", self.server().vm_state)
        self.assertEqual({self.uuid: "rescued"}, self.host().machines)
        for kind in ("rescue", "stop", "pause"):
            self.assertEqual(FaultCode.CONFLICT, self.refusal(kind, key=f"no-{kind}").code)
        self.assertEqual("unrescuing", self.act("unrescue").task_state)
        self.world.settle()
        self.assertEqual(("active", 1), (self.server().vm_state, self.server().power_state))

    def test_a_failure_takes_it_back(self):
        for state, on in (("active", True), ("stopped", False)):
            self.host().script["rescue_machine"] = ["refused"]
            server = self.done("rescue", key=f"rescue-{state}")
            self.assertEqual((state, "it broke"), (server.vm_state, server.fault.message))
            self.assertEqual({self.uuid: on}, self.host().machines)
            if on:
                self.done("stop")


class PasswordTest(ActionCase):
    def arguments(self):
        [row] = [row for row in self.world.rows("operations") if row["id"] == "key-change_password"]
        return row["arguments"]

    def test_it_reaches_the_host_and_is_forgotten(self):
        self.assertEqual(
            "updating_password", self.act("change_password", secrets=SECRETS).task_state
        )
        [(_, work)] = self.world.wire.inbox
        self.assertEqual({}, work.arguments)
        self.world.settle()
        self.assertEqual([("set_password", "secret")], self.host().told)
        self.assertEqual(("active", None), (self.server().vm_state, self.server().task_state))
        self.assertEqual({}, self.arguments())

    def test_it_is_forgotten_when_it_fails_or_is_interrupted(self):
        self.host().script["set_password"] = ["refused"]
        self.assertEqual("it broke", self.done("change_password", secrets=SECRETS).fault.message)
        self.assertEqual({}, self.arguments())
        self.act("change_password", "two", secrets=SECRETS)
        self.done("delete")
        self.assertNotIn("secrets", str(self.world.rows("operations")))

    def test_only_a_running_server_can_be_asked(self):
        self.done("stop")
        self.assertEqual(FaultCode.CONFLICT, self.refusal("change_password").code)


class CrashDumpTest(ActionCase):
    def test_nothing_shows_but_the_action(self):
        self.assertIsNone(self.act("trigger_crash_dump").task_state)
        self.world.settle()
        self.assertEqual("active", self.server().vm_state)
        [action, _create] = self.world.cell.actions(self.uuid)
        self.assertEqual("trigger_crash_dump", action.action)

    def test_a_paused_server_too_but_no_stopped_one(self):
        self.done("pause")
        self.done("trigger_crash_dump")
        self.assertEqual("paused", self.server().vm_state)
        self.done("unpause")
        self.done("stop")
        self.assertEqual(FaultCode.CONFLICT, self.refusal("trigger_crash_dump", key="no").code)
