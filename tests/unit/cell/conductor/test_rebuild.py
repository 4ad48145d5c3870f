# SPDX-License-Identifier: Apache-2.0
"""Rebuild: what the guest is made from afterwards, and how the server ends."""

from __future__ import annotations

import uuid

from nova_cells.contracts import FaultCode
from nova_cells.objects import ImageFacts, KeyFacts
from tests.unit.cell.conductor.test_actions import ActionCase


class RebuildTest(ActionCase):
    image = ImageFacts(id=str(uuid.uuid4()), name="new", properties={"os": "other"})

    def arguments(self, **more):
        return {"image": self.image.document(), "secrets": {"admin_password": "secret"}, **more}

    def made_from(self):
        return self.host().made_from[self.uuid]

    def test_the_guest_is_made_from_the_new_wish(self):
        key = KeyFacts(name="mine", type="ssh", public_key="ssh-rsa AAAA")
        fields = {"name": "new", "user_data": "Zm9v", "key_name": "mine", "metadata": {"a": "b"}}
        wish = {**self.arguments(fields=fields), "key": key.document()}
        head = self.world.cell.act(self.uuid, 1, "rebuild", "key-rebuild", wish)
        self.assertEqual("rebuilding", head.task_state)
        self.assertEqual((self.image.id, {"os": "other"}), (head.image_id, head.image_properties))
        self.world.settle()
        machine = self.made_from()
        self.assertEqual((self.image.id, "secret"), (machine.image.id, machine.admin_password))
        data = machine.guest_data
        self.assertEqual(("Zm9v", {"a": "b"}), (data["user_data"], data["metadata"]))
        self.assertEqual("mine", data["keys"][0]["name"])
        server = self.server()
        self.assertEqual(("active", None, "new"), (server.vm_state, server.task_state, server.name))
        self.assertEqual({self.uuid: True}, self.host().machines)

    def test_what_is_not_said_stays(self):
        before = self.server()
        self.done("rebuild", **self.arguments())
        after = self.server()
        for name in ("name", "user_data", "key_name", "metadata", "host", "created_at", "flavor"):
            self.assertEqual(getattr(before, name), getattr(after, name), name)

    def test_the_journal_keeps_no_copy_of_the_wish(self):
        self.done("rebuild", **self.arguments(fields={"user_data": "Zm9v"}))
        [row] = [row for row in self.world.rows("operations") if row["kind"] == "rebuild"]
        self.assertEqual({"power": True}, row["arguments"])

    def test_a_stopped_server_stays_stopped(self):
        self.done("stop")
        server = self.done("rebuild", **self.arguments())
        self.assertEqual(("stopped", 4), (server.vm_state, server.power_state))
        self.assertEqual({self.uuid: False}, self.host().machines)

    def test_a_failure_is_an_error_that_another_rebuild_mends(self):
        for step in ("rebuild_machine", "power_as_asked"):
            self.host().script[step] = ["refused"]
            server = self.done("rebuild", key=step, **self.arguments())
            self.assertEqual(("error", "it broke"), (server.vm_state, server.fault.message))
            again = self.done("rebuild", key=f"after-{step}", **self.arguments())
            self.assertEqual(("active", None), (again.vm_state, again.fault))

    def test_states_that_do_not_allow_it(self):
        self.done("pause")
        self.assertEqual(FaultCode.CONFLICT, self.refusal("rebuild", **self.arguments()).code)

    def test_a_delete_interrupts_it(self):
        self.act("rebuild", **self.arguments())
        self.assertEqual("deleted", self.done("delete").vm_state)
