# SPDX-License-Identifier: Apache-2.0
"""Rebuild in every window of its body and of its answer."""

from __future__ import annotations

import uuid

from tests.api.harness import ApiCase
from tests.api.oracle.schemas import schema, validate

CLIENT = "servers_client.ServersClient"
SINCE = {
    "description": (19, "text"),
    "key_name": (54, None),
    "user_data": (57, "Zm9v"),
    "trusted_image_certificates": (63, None),
    "hostname": (90, "fresh"),
}


class RebuildTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.boot(metadata={"old": "1"})
        self.path = f"/servers/{self.server}"

    def rebuild(self, client=None, version="2.104", *, expect=None, **more):
        body = {"rebuild": {"imageRef": self.image, **more}}
        return (client or self.member).post(f"{self.path}/action", body, version, expect=expect)

    def rebuilt(self, *given, **more):
        answer = self.rebuild(*given, expect=202, **more)
        self.settled(self.server, "ACTIVE")
        return answer

    def test_all_that_can_change(self):
        answer = self.rebuilt(
            name=" new ".strip(),
            metadata={"new": "2"},
            adminPass="mine",
            accessIPv4="192.0.2.1",
            accessIPv6="2001:db8::1",
            description="text",
            user_data="Zm9v",
            hostname="fresh.example",
            **{"OS-DCF:diskConfig": "AUTO"},
        )
        self.assertTrue(answer.headers["Location"].endswith(self.path))
        told = answer.json["server"]
        self.assertEqual(("REBUILD", "mine"), (told["status"], told["adminPass"]))
        self.assertEqual("Zm9v", told["user_data"])
        shown = self.admin.get(self.path, expect=200).json["server"]
        self.assertEqual(("new", {"new": "2"}), (shown["name"], shown["metadata"]))
        self.assertEqual(("192.0.2.1", "text"), (shown["accessIPv4"], shown["description"]))
        self.assertEqual("fresh.example", shown["OS-EXT-SRV-ATTR:hostname"])
        self.assertEqual("Zm9v", shown["OS-EXT-SRV-ATTR:user_data"])
        actions = self.admin.get(f"{self.path}/os-instance-actions").json["instanceActions"]
        self.assertEqual(["rebuild", "create"], [action["action"] for action in actions])
        record = self.admin.get(f"{self.path}/os-instance-actions/{actions[0]['request_id']}").json
        [event] = record["instanceAction"]["events"]
        self.assertEqual("compute_rebuild_instance", event["event"])

    def test_a_key_is_given_and_taken(self):
        key = {"name": "k", "public_key": "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0Mh a"}
        made = self.member.post("/os-keypairs", {"keypair": key})
        if made.status_int == 201:
            self.assertEqual("k", self.rebuilt(key_name="k").json["server"]["key_name"])
        self.assertIsNone(self.rebuilt(key_name=None).json["server"]["key_name"])
        self.assertFault(self.rebuild(key_name="none"), 400, "badRequest", "key_name")

    def test_the_answer_is_as_tempest_has_it(self):
        for minor in (1, 8, 9, 18, 19, 46, 47, 53, 54, 57, 63, 70, 71, 73, 74, 75, 90, 96, 98, 104):
            for client in (self.member, self.admin):
                with self.subTest(f"2.{minor}"):
                    answer = self.rebuilt(client, f"2.{minor}")
                    validate(answer, schema(CLIENT, "rebuild_server_with_admin_pass", minor))

    def test_the_windows_of_the_body(self):
        for name, (since, value) in SINCE.items():
            answer = self.rebuild(None, f"2.{since - 1}", **{name: value})
            self.assertFault(answer, 400, "badRequest", name)
            self.rebuilt(None, f"2.{since}", **{name: value})
        files = [{"path": "/a", "contents": "Zm9v"}]
        self.rebuilt(None, "2.56", personality=files)
        self.assertFault(self.rebuild(None, "2.57", personality=files), 400, "badRequest")
        self.assertFault(self.rebuild(None, "2.93", hostname="a.b"), 400, "badRequest")

    def test_what_is_refused(self):
        absent = str(uuid.uuid4())
        for more in (
            {"imageRef": absent},
            {"imageRef": "x"},
            {"name": ""},
            {"name": "a" * 256},
            {"metadata": {"a": 1}},
            {"accessIPv4": ""},
            {"more": 1},
            {"preserve_ephemeral": True},
            {"user_data": "#"},
        ):
            with self.subTest(more):
                self.assertFault(self.rebuild(**more), 400, "badRequest")
        self.assertFault(self.rebuild(self.reader), 403, "forbidden", "rebuild")
        self.assertFault(self.rebuild(self.other), 404, "itemNotFound")
        self.member.post(f"{self.path}/action", {"pause": None}, expect=202)
        self.settled(self.server, "PAUSED")
        self.assertFault(self.rebuild(), 409, "conflictingRequest", "rebuild", "paused")
