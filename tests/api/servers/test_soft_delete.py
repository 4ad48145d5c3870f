# SPDX-License-Identifier: Apache-2.0
"""Servers that are kept for a while after their delete."""

from __future__ import annotations

from tests.api.harness import ApiCase


class SoftDeleteTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        for conductor in self.cloud.conductors:
            self.addCleanup(setattr, conductor.actions, "keeps", conductor.actions.keeps)
            conductor.actions.keeps = True
        self.server = self.boot()
        self.path = f"/servers/{self.server}"

    def act(self, body, client=None, **more):
        return (client or self.member).post(f"{self.path}/action", body, **more)

    def listed(self, query="", client=None):
        answer = (client or self.member).get(f"/servers{query}", expect=200)
        return [server["id"] for server in answer.json["servers"]]

    def test_kept_hidden_and_restored(self):
        self.assertFault(self.act({"restore": None}), 409, "conflictingRequest", "restore")
        self.member.delete(self.path, expect=204)
        self.settled(self.server, "SOFT_DELETED")
        self.assertEqual([], self.listed())
        self.assertEqual([self.server], self.listed("?status=soft_deleted"))
        self.assertEqual([self.server], self.listed("?vm_state=soft-delete"))
        self.assertEqual([self.server], self.listed("?soft_deleted=1", self.admin))
        self.assertFault(self.act({"os-start": None}), 409, "conflictingRequest", "soft-delete")
        self.member.delete(self.path, expect=204)
        self.act({"restore": {"ignored": 1}}, expect=202)
        self.settled(self.server, "ACTIVE")
        self.assertEqual([self.server], self.listed())

    def test_by_force(self):
        self.member.delete(self.path, expect=204)
        self.settled(self.server, "SOFT_DELETED")
        self.act({"forceDelete": None}, expect=202)
        while self.member.get(self.path).status_int != 404:
            pass

    def test_who_may(self):
        self.assertFault(self.act({"restore": None}, self.reader), 403, "forbidden", "restore")
        self.assertFault(self.act({"restore": None}, self.other), 404, "itemNotFound")
