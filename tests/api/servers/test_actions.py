# SPDX-License-Identifier: Apache-2.0
"""Start, stop, reboot, console output, and the history of all that."""

from __future__ import annotations

import uuid

from tests.api.harness import ApiCase


class ActionTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.boot()
        self.path = f"/servers/{self.server}"

    def act(self, body, client=None, **more):
        return (client or self.member).post(f"{self.path}/action", body, **more)

    def test_power(self):
        self.assertEqual(b"", self.act({"os-stop": None}, expect=202).body)
        self.settled(self.server, "SHUTOFF")
        answer = self.act({"os-stop": {"ignored": 1}})
        self.assertFault(answer, 409, "conflictingRequest", "stop", "vm_state stopped")
        self.act({"os-start": {"ignored": 1}}, expect=202)
        self.settled(self.server, "ACTIVE")
        self.assertFault(self.act({"os-start": None}), 409, "conflictingRequest", "start")
        for kind in ("SOFT", "hard", "Soft"):
            self.act({"reboot": {"type": kind}}, expect=202)
            self.settled(self.server, "ACTIVE")

    def test_console_output(self):
        for body in ({}, {"length": None}, {"length": -1}, {"length": "2"}, {"length": 5}):
            answer = self.act({"os-getConsoleOutput": body}, expect=200)
            self.assertEqual({"output"}, set(answer.json))
        two = self.act({"os-getConsoleOutput": {"length": 2}}).json["output"]
        everything = self.act({"os-getConsoleOutput": {}}).json["output"]
        self.assertLess(len(two), len(everything))
        self.assertIn("login:", everything)

    def test_what_is_refused(self):
        for body, words in (
            ({"reboot": {"type": "x"}}, "reboot.type"),
            ({"reboot": {}}, "reboot"),
            ({"reboot": None}, "reboot"),
            ({"reboot": {"type": "HARD", "more": 1}}, "more"),
            ({"os-getConsoleOutput": {"length": -2}}, "length"),
            ({"os-getConsoleOutput": {"length": "x"}}, "length"),
            ({"os-getConsoleOutput": {"length": 1.5}}, "length"),
            ({"os-getConsoleOutput": None}, "os-getConsoleOutput"),
            ({"melt": None}, "There is no such action"),
            ({"os-start": None, "os-stop": None}, "one action"),
            ({}, "one action"),
        ):
            with self.subTest(body):
                self.assertFault(self.act(body), 400, "badRequest", words)
        for quirk in ([], ["os-stop"], 1, "os-stop"):
            self.assertFault(self.act(quirk), 404, "itemNotFound")

    def test_who_may(self):
        self.assertFault(self.act({"os-stop": None}, self.reader), 403, "forbidden", "stop")
        self.assertFault(self.act({"os-stop": None}, self.other), 404, "itemNotFound")
        self.assertFault(self.act({"reboot": {}}, self.other), 400, "badRequest")
        answer = self.member.post(f"/servers/{uuid.uuid4()}/action", {"os-stop": None})
        self.assertFault(answer, 404, "itemNotFound")

    def test_force_delete(self):
        self.act({"forceDelete": None}, expect=202)
        while self.member.get(self.path).status_int != 404:
            pass


class HistoryTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.boot()
        self.path = f"/servers/{self.server}/os-instance-actions"
        self.member.post(f"/servers/{self.server}/action", {"os-stop": None}, expect=202)
        self.settled(self.server, "SHUTOFF")

    def actions(self, query="", version="2.104", client=None):
        answer = (client or self.member).get(f"{self.path}{query}", version, expect=200)
        return answer.json["instanceActions"]

    def test_the_list(self):
        self.assertEqual(["stop", "create"], [action["action"] for action in self.actions()])
        old = {
            "action",
            "instance_uuid",
            "request_id",
            "user_id",
            "project_id",
            "start_time",
            "message",
        }
        for minor in (1, 57, 58, 104):
            keys = old | ({"updated_at"} if minor >= 58 else set())
            self.assertEqual(keys, set(self.actions(version=f"2.{minor}")[0]), f"2.{minor}")

    def test_pages_from_2_58(self):
        page = self.member.get(f"{self.path}?limit=1", expect=200).json
        (link,) = page["links"]
        self.assertEqual("next", link["rel"])
        rest = link["href"].split("os-instance-actions")[1]
        self.assertEqual(["create"], [action["action"] for action in self.actions(rest)])
        self.assertEqual(2, len(self.actions("?limit=1", "2.57")), "dropped")
        self.member.get(f"{self.path}?marker=none", expect=400)
        self.member.get(f"{self.path}?limit=-1", expect=400)

    def test_times(self):
        self.assertEqual([], self.actions("?changes-before=2001-01-01"))
        self.assertEqual(2, len(self.actions("?changes-before=2001-01-01", "2.65")))
        self.assertEqual(2, len(self.actions("?changes-since=2001-01-01")))
        since_after_before = "?changes-since=2002-01-01&changes-before=2001-01-01"
        self.member.get(f"{self.path}{since_after_before}", expect=400)

    def test_one_action_in_every_window(self):
        request_id = self.actions()[0]["request_id"]
        event = {"event", "start_time", "finish_time", "result"}
        for minor in range(1, 105):
            for client, admin in ((self.member, False), (self.admin, True)):
                path = f"{self.path}/{request_id}"
                shown = client.get(path, f"2.{minor}", expect=200).json["instanceAction"]
                self.assertEqual(minor >= 58, "updated_at" in shown)
                self.assertEqual(admin or minor >= 51, "events" in shown)
                if "events" in shown:
                    keys = event | ({"hostId"} if minor >= 62 else set())
                    keys |= {"traceback"} if admin else set()
                    keys |= {"host"} if admin and minor >= 62 else set()
                    keys |= {"details"} if admin and minor >= 84 else set()
                    self.assertEqual(keys, set(shown["events"][0]), f"2.{minor} {admin}")

    def test_deleted_servers_have_a_history_from_2_21(self):
        self.member.delete(f"/servers/{self.server}", expect=204)
        while self.member.get(f"/servers/{self.server}").status_int != 404:
            pass
        self.member.get(self.path, "2.20", expect=404)
        actions = [action["action"] for action in self.actions(version="2.21")]
        self.assertEqual(["delete", "stop", "create"], actions)

    def test_who_may(self):
        self.assertFault(self.other.get(self.path), 404, "itemNotFound")
        self.assertFault(self.member.get(f"{self.path}/req-none"), 404, "itemNotFound", "req-none")
        self.reader.get(self.path, expect=200)
