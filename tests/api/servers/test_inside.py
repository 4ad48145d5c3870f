# SPDX-License-Identifier: Apache-2.0
"""Rescue, unrescue, changePassword and trigger_crash_dump."""

from __future__ import annotations

import uuid

from tests.api.harness import ApiCase


class InsideCase(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.boot()
        self.path = f"/servers/{self.server}"

    def act(self, body, client=None, *version, **more):
        return (client or self.member).post(f"{self.path}/action", body, *version, **more)

    def assertRefused(self, name, *bodies):
        for wrong in bodies:
            self.assertFault(self.act({name: wrong}), 400, "badRequest")

    def assertForMembers(self, name, value=None):
        self.assertFault(self.act({name: value}, self.reader), 403, "forbidden", name)
        self.assertFault(self.act({name: value}, self.other), 404, "itemNotFound")


class RescueTest(InsideCase):
    def test_there_and_back(self):
        answer = self.act({"rescue": None}, expect=200)
        self.assertEqual(["adminPass"], list(answer.json))
        self.settled(self.server, "RESCUE")
        self.assertFault(self.act({"rescue": None}), 409, "conflictingRequest", "rescued")
        self.assertEqual(b"", self.act({"unrescue": {"x": 1}}, expect=202).body)
        self.settled(self.server, "ACTIVE")
        self.assertFault(self.act({"unrescue": None}), 409, "conflictingRequest", "unrescue")

    def test_with_an_image_and_a_password(self):
        body = {"adminPass": "mine", "rescue_image_ref": self.image}
        self.assertEqual({"adminPass": "mine"}, self.act({"rescue": body}, expect=200).json)
        self.settled(self.server, "RESCUE")

    def test_what_is_refused(self):
        absent = {"rescue_image_ref": str(uuid.uuid4())}
        self.assertFault(self.act({"rescue": absent}), 400, "badRequest", "could not be found")
        self.assertRefused("rescue", {"more": 1}, {"rescue_image_ref": "x"}, {"adminPass": 1}, "x")
        self.assertForMembers("rescue")
        self.assertForMembers("unrescue")


class PasswordTest(InsideCase):
    def test_it_is_set(self):
        self.assertEqual(b"", self.act({"changePassword": {"adminPass": "new"}}, expect=202).body)
        self.settled(self.server, "ACTIVE")
        actions = self.member.get(f"{self.path}/os-instance-actions").json["instanceActions"]
        self.assertEqual("changePassword", actions[0]["action"])

    def test_what_is_refused(self):
        self.assertRefused("changePassword", None, {}, {"adminPass": 1}, {"adminPass": "x", "y": 1})
        answer = self.act({"changePassword": {"adminPass": "x"}}, self.reader)
        self.assertFault(answer, 403, "forbidden", "os-admin-password")


class CrashDumpTest(InsideCase):
    def test_from_2_17(self):
        self.assertEqual(b"", self.act({"trigger_crash_dump": None}, None, "2.17", expect=202).body)
        self.settled(self.server, "ACTIVE")
        answer = self.act({"trigger_crash_dump": None}, None, "2.16")
        self.assertFault(answer, 404, "itemNotFound")

    def test_what_is_refused(self):
        self.assertRefused("trigger_crash_dump", {}, "x", 0)
        self.assertForMembers("trigger_crash_dump")
        self.act({"os-stop": None}, expect=202)
        self.settled(self.server, "SHUTOFF")
        self.assertFault(self.act({"trigger_crash_dump": None}), 409, "conflictingRequest")
