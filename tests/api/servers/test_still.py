# SPDX-License-Identifier: Apache-2.0
"""Pause, unpause, suspend and resume."""

from __future__ import annotations

from tests.api.harness import ApiCase

PAIRS = (("pause", "unpause", "PAUSED"), ("suspend", "resume", "SUSPENDED"))


class StillTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.boot()
        self.path = f"/servers/{self.server}"

    def act(self, body, client=None, **more):
        return (client or self.member).post(f"{self.path}/action", body, **more)

    def test_there_and_back(self):
        for there, back, status in PAIRS:
            self.assertFault(self.act({back: None}), 409, "conflictingRequest", back, "vm_state")
            self.assertEqual(b"", self.act({there: {"x": 1}}, expect=202).body)
            self.settled(self.server, status)
            self.assertFault(self.act({there: None}), 409, "conflictingRequest", there)
            self.act({back: None}, expect=202)
            self.settled(self.server, "ACTIVE")
        actions = self.member.get(f"{self.path}/os-instance-actions").json["instanceActions"]
        names = ["resume", "suspend", "unpause", "pause", "create"]
        self.assertEqual(names, [action["action"] for action in actions])
        record = self.admin.get(f"{self.path}/os-instance-actions/{actions[0]['request_id']}")
        [event] = record.json["instanceAction"]["events"]
        self.assertEqual(("compute_resume_instance", "Success"), (event["event"], event["result"]))

    def test_who_may(self):
        for name in ("pause", "unpause", "suspend", "resume"):
            self.assertFault(self.act({name: None}, self.reader), 403, "forbidden", name)
            self.assertFault(self.act({name: None}, self.other), 404, "itemNotFound")
