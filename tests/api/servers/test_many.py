# SPDX-License-Identifier: Apache-2.0
"""Requests for many servers, from the body to ACTIVE or to ERROR as a whole."""

from __future__ import annotations

import time
from collections import Counter

from tests.api.harness import HOSTS, ApiCase

CELLS = 2


class ManyTest(ApiCase):
    def ask(self, number, **more):
        """The servers of one request, when nothing is done to any of them."""
        hints = more.pop("hints", {})
        wish = self.wish(min_count=number, return_reservation_id=True, **more)
        if hints:
            wish["os:scheduler_hints"] = hints
        made = self.member.post("/servers", wish, expect=202).json["reservation_id"]
        path = f"/servers/detail?reservation_id={made}&sort_key=launch_index&sort_dir=asc"
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            servers = self.admin.get(path, expect=200).json["servers"]
            if all(each["status"] in ("ACTIVE", "ERROR") for each in servers):
                return servers
            time.sleep(0.02)
        raise AssertionError(Counter(each["status"] for each in servers))

    def unlimited(self):
        limits = {"instances": -1, "cores": -1, "ram": -1, "force": True}
        self.admin.put(f"/os-quota-sets/{self.project}", {"quota_set": limits}, expect=200)

    def apart(self):
        body = {"server_group": {"name": "apart", "policy": "anti-affinity"}}
        return self.member.post("/os-server-groups", body, expect=200).json["server_group"]["id"]

    def end(self, servers):
        for server in servers:
            self.member.delete(f"/servers/{server['id']}", expect=204)

    def test_a_hundred(self):
        self.unlimited()
        servers = self.ask(100, name="web")
        self.addCleanup(self.end, servers)
        self.assertEqual({"ACTIVE"}, {each["status"] for each in servers})
        self.assertEqual([f"web-{n + 1}" for n in range(100)], [each["name"] for each in servers])
        indices = [each["OS-EXT-SRV-ATTR:launch_index"] for each in servers]
        self.assertEqual(list(range(100)), indices)
        self.assertEqual(1, len({each["OS-EXT-SRV-ATTR:reservation_id"] for each in servers}))
        used = self.member.get("/limits", expect=200).json["limits"]["absolute"]
        self.assertEqual(100, used["totalInstancesUsed"])

    def test_each_has_its_password_name_and_actions(self):
        for server in self.ask(3):
            path = f"/servers/{server['id']}/os-instance-actions"
            [action] = self.member.get(path, expect=200).json["instanceActions"]
            self.assertEqual("create", action["action"])

    def test_members_of_a_group_stay_apart_across_cells(self):
        servers = self.ask(CELLS * HOSTS, hints={"group": self.apart()})
        self.assertEqual({"ACTIVE"}, {each["status"] for each in servers})
        hosts = {each["OS-EXT-SRV-ATTR:host"] for each in servers}
        self.assertEqual(CELLS * HOSTS, len(hosts))

    def test_one_more_than_there_are_places_and_none_is_built(self):
        servers = self.ask(CELLS * HOSTS + 1, hints={"group": self.apart()})
        self.assertEqual({"ERROR"}, {each["status"] for each in servers})
        self.assertEqual({None}, {each["OS-EXT-SRV-ATTR:host"] for each in servers})
        faults = {each["fault"]["message"] for each in servers}
        self.assertEqual({"No valid host was found."}, faults)

    def test_fewer_than_wished_are_better_than_none_where_that_is_allowed(self):
        hints = {"group": self.apart()}
        servers = self.ask(2, max_count=CELLS * HOSTS + 2, hints=hints)
        states = Counter(each["status"] for each in servers)
        self.assertEqual({"ACTIVE": CELLS * HOSTS, "ERROR": 2}, dict(states))
