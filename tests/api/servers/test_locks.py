# SPDX-License-Identifier: Apache-2.0
"""Locks and who may undo them, and states an administrator sets."""

from __future__ import annotations

from tests.api.harness import ApiCase, Client


class LockCase(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.boot()
        self.path = f"/servers/{self.server}"
        self.stranger = Client("admin:0123456789abcdef0123456789abcdef")

    def act(self, body, client=None, *version, **more):
        return (client or self.member).post(f"{self.path}/action", body, *version, **more)

    def shown(self):
        server = self.member.get(self.path, expect=200).json["server"]
        return server["locked"], server["locked_reason"]


class LockTest(LockCase):
    def test_lock_and_unlock(self):
        self.assertEqual(b"", self.act({"lock": {"locked_reason": "busy"}}, expect=202).body)
        self.assertEqual((True, "busy"), self.shown())
        self.act({"lock": {"locked_reason": "another"}}, expect=202)
        self.assertEqual((True, "busy"), self.shown())
        self.act({"unlock": {"ignored": 1}}, expect=202)
        self.assertEqual((False, None), self.shown())
        self.act({"unlock": None}, expect=202)

    def test_the_body_in_every_window(self):
        self.act({"lock": {"anything": [1]}}, None, "2.72", expect=202)
        self.assertEqual((True, None), self.shown())
        for wrong in ({"anything": 1}, {"locked_reason": ""}, {"locked_reason": "x" * 256}, "x"):
            self.assertFault(self.act({"lock": wrong}, None, "2.73"), 400, "badRequest")

    def test_a_locked_server_stays_as_it_is_for_all_but_administrators(self):
        self.act({"lock": None}, expect=202)
        for body in ({"os-stop": None}, {"reboot": {"type": "HARD"}}, {"forceDelete": None}):
            self.assertFault(self.act(body), 409, "conflictingRequest", "is locked")
        self.assertFault(self.member.delete(self.path), 409, "conflictingRequest", "is locked")
        self.act({"os-stop": None}, self.admin, expect=202)
        self.settled(self.server, "SHUTOFF")

    def test_who_may_undo_the_lock_of_a_stranger(self):
        self.act({"lock": {"locked_reason": "audit"}}, self.stranger, expect=202)
        self.act({"lock": {"locked_reason": "mine"}}, expect=202)
        self.assertEqual((True, "audit"), self.shown())
        override = "os_compute_api:os-lock-server:unlock:unlock_override"
        self.assertFault(self.act({"unlock": None}), 403, "forbidden", override)
        self.assertEqual((True, "audit"), self.shown())
        self.act({"unlock": None}, self.admin, expect=202)
        self.assertEqual((False, None), self.shown())

    def test_an_administrator_of_the_project_locks_as_its_owner(self):
        self.act({"lock": None}, self.admin, expect=202)
        self.act({"unlock": None}, expect=202)

    def test_a_lock_at_once_after_the_boot_is_not_lost(self):
        made = self.member.post("/servers", self.wish(), expect=202).json["server"]["id"]
        self.member.post(f"/servers/{made}/action", {"lock": None}, expect=202)
        self.settled(made, "ACTIVE")
        self.assertTrue(self.member.get(f"/servers/{made}").json["server"]["locked"])

    def test_who_may(self):
        for name in ("lock", "unlock"):
            self.assertFault(self.act({name: None}, self.reader), 403, "forbidden", name)
            self.assertFault(self.act({name: None}, self.other), 404, "itemNotFound")


class ResetStateTest(LockCase):
    def reset(self, state, client=None, **more):
        return self.act({"os-resetState": {"state": state}}, client or self.admin, **more)

    def test_reset(self):
        self.assertEqual(b"", self.reset("error", expect=202).body)
        self.settled(self.server, "ERROR")
        self.reset("active", expect=202)
        self.settled(self.server, "ACTIVE")

    def test_what_is_refused(self):
        self.assertFault(self.reset("active", self.member), 403, "forbidden", "reset_state")
        for wrong in ({"state": "stopped"}, {}, None, {"state": "error", "more": 1}):
            answer = self.act({"os-resetState": wrong}, self.admin)
            self.assertFault(answer, 400, "badRequest")
