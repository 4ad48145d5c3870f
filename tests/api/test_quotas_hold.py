# SPDX-License-Identifier: Apache-2.0
"""Each limit, reached: the last one is taken, the next one is 403, and what goes makes room."""

from __future__ import annotations

import base64
import uuid
from typing import Any

from tests.api.harness import ApiCase, Client
from tests.api.policy.things import PUBLIC_KEY

FILES = "2.56"  # the last version with files to put into servers


class HoldTest(ApiCase):
    def limit(self, user: str = "", **limits: int) -> None:
        query = f"?user_id={user}" if user else ""
        path = f"/os-quota-sets/{self.project}{query}"
        self.admin.put(path, {"quota_set": limits}, "2.1", expect=200)

    def refused(self, answer: Any, *words: str) -> None:
        self.assertFault(answer, 403, "forbidden", *words)

    def test_servers_cores_and_memory_of_a_project(self) -> None:
        for name, limit in (("instances", 2), ("cores", 2), ("ram", 2 * 64)):
            with self.subTest(name):
                self.limit(instances=-1, cores=-1, ram=-1)
                self.limit(**{name: limit})
                servers = [self.boot(), self.boot()]
                for count in (1, 2):
                    answer = self.member.post("/servers", self.wish(min_count=count))
                    self.refused(answer, f"Quota exceeded for {name}", "already used")
                self.gone(servers.pop())
                self.gone(self.boot())
                self.gone(servers.pop())

    def test_all_of_several_or_none(self) -> None:
        self.limit(instances=3)
        self.refused(self.member.post("/servers", self.wish(min_count=4, max_count=9)), "instances")
        self.assertEqual([], self.member.get("/servers").json["servers"])
        self.member.post("/servers", self.wish(min_count=2, max_count=9), expect=202)
        self.assertEqual(3, len(self.member.get("/servers").json["servers"]))

    def test_a_user_of_a_project(self) -> None:
        self.limit(instances=3)
        self.limit("demo", instances=1)
        second = Client(f"second:{self.project}")
        self.boot()
        self.refused(self.member.post("/servers", self.wish()), "instances")
        second.post("/servers", self.wish(), expect=202)
        used = self.admin.get(f"/os-quota-sets/{self.project}/detail?user_id=demo").json
        self.assertEqual({"limit": 1, "in_use": 1, "reserved": 0}, used["quota_set"]["instances"])

    def test_metadata_wherever_it_is_given(self) -> None:
        self.limit(metadata_items=2)
        many = {str(number): "x" for number in range(3)}
        self.refused(self.member.post("/servers", self.wish(metadata=many)), "metadata")
        server = self.boot(metadata={"0": "x", "1": "x"})
        path = f"/servers/{server}"
        for method, at, body in (
            ("POST", f"{path}/metadata", {"metadata": {"2": "x"}}),
            ("PUT", f"{path}/metadata", {"metadata": many}),
            ("PUT", f"{path}/metadata/2", {"meta": {"2": "x"}}),
            ("POST", f"{path}/action", {"rebuild": {"imageRef": self.image, "metadata": many}}),
        ):
            with self.subTest(f"{method} {at}"):
                self.refused(self.member.ask(method, at, body), "metadata")
        self.member.post(f"{path}/metadata", {"metadata": {"1": "y"}}, expect=200)

    def test_files(self) -> None:
        self.limit(injected_files=1, injected_file_content_bytes=4, injected_file_path_bytes=5)
        for files, fine in (
            ([("/a", b"1234")], True),
            ([("/a", b"12345")], False),
            ([("/abcde", b"1")], False),
            ([("/a", b"1"), ("/b", b"1")], False),
        ):
            personality = [
                {"path": path, "contents": base64.b64encode(content).decode()}
                for path, content in files
            ]
            answer = self.member.post("/servers", self.wish(personality=personality), FILES)
            if fine:
                self.assertEqual(202, answer.status_int, answer.text)
            else:
                self.refused(answer, "personality")

    def test_key_pairs(self) -> None:
        self.limit(key_pairs=1)
        user = Client(f"u{uuid.uuid4().hex}:{self.project}")
        for name, code in (("a", 201), ("b", 403)):
            body = {"keypair": {"name": name, "public_key": PUBLIC_KEY}}
            user.post("/os-keypairs", body, expect=code)
        user.delete("/os-keypairs/a", expect=204)
        body["keypair"]["name"] = "c"
        user.post("/os-keypairs", body, expect=201)

    def test_groups_and_their_members(self) -> None:
        self.limit(server_groups=1, server_group_members=1)
        body = {"server_group": {"name": "g", "policy": "anti-affinity"}}
        group = self.member.post("/os-server-groups", body, expect=200).json["server_group"]["id"]
        self.refused(self.member.post("/os-server-groups", body), "server groups")
        wish = self.wish() | {"os:scheduler_hints": {"group": group}}
        made = self.member.post("/servers", wish, expect=202).json["server"]["id"]
        self.refused(self.member.post("/servers", wish), "too many servers in group")
        self.settled(made, "ACTIVE")
        self.gone(made)
        self.member.post("/servers", wish, expect=202)
        self.member.delete(f"/os-server-groups/{group}", expect=204)
        self.member.post("/os-server-groups", body, expect=200)

    def test_a_refused_wish_leaves_nothing_behind(self) -> None:
        self.limit(instances=0)
        for _ in range(3):
            self.refused(self.member.post("/servers", self.wish()), "instances")
        used = self.member.get("/limits").json["limits"]["absolute"]
        self.assertEqual((0, 0), (used["totalInstancesUsed"], used["totalRAMUsed"]))
