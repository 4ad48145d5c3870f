# SPDX-License-Identifier: Apache-2.0
"""GET /servers and /servers/detail: filters, sorts, pages, and who may ask for what."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl, urlsplit

from tests.api.harness import ApiCase


class ListTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.ids = {
            name: self.boot(name=name, tags=tags, metadata={"name": name})
            for name, tags in (("a1", ["x"]), ("a2", ["x", "y"]), ("b1", []))
        }

    def names(self, query="", version="2.104", client=None, path="/servers"):
        answer = (client or self.member).get(f"{path}?{query}", version, expect=200)
        return [server["name"] for server in answer.json["servers"]]

    def refused(self, query, version="2.104", client=None, code=400):
        for path in ("/servers", "/servers/detail"):
            (client or self.member).get(f"{path}?{query}", version, expect=code)

    def test_newest_first(self):
        self.assertEqual(["b1", "a2", "a1"], self.names())
        self.assertEqual(["b1", "a2", "a1"], self.names(path="/servers/detail"))

    def test_filters_everybody_has(self):
        flavor = self.cloud.flavors["m1.nano"]
        for query, found in (
            ("name=^a", ["a2", "a1"]),
            ("name=1$", ["b1", "a1"]),
            ("status=ACTIVE", ["b1", "a2", "a1"]),
            ("status=active", ["b1", "a2", "a1"]),
            ("status=BUILD&status=ERROR", []),
            ("status=SHUTOFF&status=ACTIVE", ["b1", "a2", "a1"]),
            (f"image={self.image}", ["b1", "a2", "a1"]),
            ("image=none", []),
            (f"flavor={flavor}", ["b1", "a2", "a1"]),
            ("flavor=none", []),
            ("ip=10", []),
            ("ip6=fe80", []),
            ("tags=x", ["a2", "a1"]),
            ("tags=x,y", ["a2"]),
            ("tags-any=x,y", ["a2", "a1"]),
            ("not-tags=x", ["b1"]),
            ("not-tags=x,y", ["b1", "a1"]),
            ("not-tags-any=y,z", ["b1", "a1"]),
            ("locked=false", ["b1", "a2", "a1"]),
            ("locked=true", []),
            ("vm_state=active", ["b1", "a2", "a1"]),
            ("power_state=1", ["b1", "a2", "a1"]),
            ("power_state=4", []),
            ("availability_zone=nova", ["b1", "a2", "a1"]),
            ("availability_zone=none", []),
            ("config_drive=true", ["b1", "a2", "a1"]),
            ("user_id=nobody", []),
            ("key_name=none", []),
        ):
            with self.subTest(query):
                self.assertEqual(found, self.names(query))

    def test_filters_of_administrators(self):
        hosts = {
            server["name"]: server["OS-EXT-SRV-ATTR:host"]
            for server in self.admin.get("/servers/detail").json["servers"]
        }
        wanted = hosts["a1"]
        same = [name for name in ("b1", "a2", "a1") if hosts[name] == wanted]
        self.assertEqual(same, self.names(f"host={wanted}", client=self.admin))
        self.assertEqual(["b1", "a2", "a1"], self.names("host=nowhere"), "dropped for others")
        self.assertEqual([], self.names("host=nowhere", client=self.admin))
        self.assertEqual(["a1"], self.names(f"uuid={self.ids['a1']}", client=self.admin))
        self.assertEqual([], self.names("metadata={%22name%22:%22c%22}", client=self.admin))
        self.assertEqual(["a2"], self.names("metadata={%22name%22:%22a2%22}", client=self.admin))

    def test_more_filters_for_everybody_from_2_83(self):
        self.assertEqual(["b1", "a2", "a1"], self.names("vm_state=error", "2.82"))
        self.assertEqual([], self.names("vm_state=error", "2.83"))

    def test_parameters_before_their_version_are_unknown(self):
        self.assertEqual(["b1", "a2", "a1"], self.names("tags=x", "2.25"))
        self.assertEqual(["a2", "a1"], self.names("tags=x", "2.26"))
        self.assertEqual(["b1", "a2", "a1"], self.names("changes-before=2001-01-01", "2.65"))
        self.assertEqual([], self.names("changes-before=2001-01-01", "2.66"))
        self.assertEqual(["b1", "a2", "a1"], self.names("locked=true", "2.72"))
        self.assertEqual([], self.names("locked=true", "2.73"))

    def test_a_status_nobody_knows(self):
        self.assertEqual([], self.names("status=MELTED", "2.37"))
        self.refused("status=MELTED", "2.38")

    def test_sorting(self):
        for query, found in (
            ("sort_key=display_name&sort_dir=asc", ["a1", "a2", "b1"]),
            ("sort_key=display_name", ["b1", "a2", "a1"]),
            ("sort_key=vm_state&sort_key=display_name&sort_dir=asc", ["a1", "a2", "b1"]),
            ("sort_dir=asc", ["a1", "a2", "b1"]),
            ("sort_key=uuid&sort_dir=asc", sorted(self.ids, key=self.ids.__getitem__)),
        ):
            with self.subTest(query):
                self.assertEqual(found, self.names(query))
        self.refused("sort_key=none")
        self.refused("sort_key=uuid&sort_dir=up")
        self.refused("sort_key=uuid&sort_dir=asc&sort_dir=asc")
        self.refused("sort_key=host", code=403)
        self.names("sort_key=host&sort_key=node", client=self.admin)
        self.refused("sort_key=locked", "2.72")
        self.names("sort_key=locked", "2.73")

    def test_pages(self):
        seen = []
        path = "/servers?limit=2&name=[ab]"
        while path:
            page = self.member.get(path, expect=200).json
            seen.append([server["name"] for server in page["servers"]])
            links = page.get("servers_links", [])
            path = links and links[0]["href"].removeprefix("http://localhost/v2.1")
            if path:
                self.assertEqual("next", links[0]["rel"])
                query = dict(parse_qsl(urlsplit(path).query))
                self.assertEqual({"limit": "2", "name": "[ab]", "marker": self.ids["a2"]}, query)
        self.assertEqual([["b1", "a2"], ["a1"]], seen)

    def test_pages_are_exact_while_servers_come_and_go(self):
        limits = {"instances": -1, "cores": -1, "ram": -1, "force": True}
        self.admin.put(f"/os-quota-sets/{self.project}", {"quota_set": limits}, expect=200)
        self.member.post("/servers", self.wish(name="stay", min_count=12), expect=202)
        stay = [self.settled(each, "ACTIVE") for each in self.ids_of("name=stay")]
        self.addCleanup(lambda: [self.member.delete(f"/servers/{each}") for each in stay])
        ending = threading.Event()
        with ThreadPoolExecutor(2) as pool:
            busy = [pool.submit(self.come_and_go, ending) for _ in range(2)]
            try:
                for sort in (
                    "",
                    "sort_key=display_name&sort_dir=asc",
                    "sort_key=vm_state&sort_key=uuid&sort_dir=desc&sort_dir=asc",
                    "sort_key=config_drive&sort_key=launch_index",
                ):
                    with self.subTest(sort):
                        met = self.walk(f"/servers?limit=3&{sort}")
                        if "vm_state" not in sort:  # whose state changes moves in the list
                            self.assertEqual(len(met), len(set(met)), "twice")
                        found = [each for each in met if each in stay]
                        self.assertEqual(self.ids_of(f"name=stay&{sort}"), found)
            finally:
                ending.set()
        self.assertGreater(min(each.result() for each in busy), 0)

    def come_and_go(self, ending):
        number = 0
        while not ending.is_set():
            made = self.member.post("/servers", self.wish(name="go"), expect=202).json["server"]
            self.member.delete(f"/servers/{made['id']}", expect=204)
            number += 1
        return number

    def ids_of(self, query):
        found = self.member.get(f"/servers?{query}", expect=200).json["servers"]
        return [each["id"] for each in found]

    def walk(self, path):
        """Ids of all pages, by their links."""
        met = []
        while path:
            page = self.member.get(path, expect=200).json
            met += [each["id"] for each in page["servers"]]
            links = page.get("servers_links", [])
            path = links and links[0]["href"].removeprefix("http://localhost/v2.1")
        return met

    def test_limits_and_markers(self):
        self.assertEqual([], self.names("limit=0"))
        self.assertEqual(3, len(self.names("limit=99999999999999999999")))
        self.assertEqual(["a1"], self.names(f"marker={self.ids['a2']}"))
        self.refused("limit=-1")
        self.refused("limit=x")
        self.refused("marker=none")
        self.refused(f"marker={self.ids['a1']}", client=self.other)

    def test_all_projects_are_for_administrators(self):
        self.refused("all_tenants=1", code=403)
        self.assertEqual(["b1", "a2", "a1"], self.names("all_tenants=0"))
        self.refused("all_tenants=maybe")
        everything = self.names("all_tenants=1", client=self.admin)
        self.assertLessEqual({"a1", "a2", "b1"}, set(everything))
        query = f"all_tenants=1&project_id={self.project}"
        self.assertEqual(["b1", "a2", "a1"], self.names(query, client=self.admin))
        elsewhere = self.other.token.split(":")[1]
        query = f"tenant_id={elsewhere}"
        self.assertEqual(["b1", "a2", "a1"], self.names(query, client=self.admin), "only named")
        self.assertEqual([], self.names(f"all_tenants=1&{query}", client=self.admin))

    def test_deleted_servers(self):
        before = self.member.get(f"/servers/{self.ids['a1']}").json["server"]["updated"]
        self.member.delete(f"/servers/{self.ids['a1']}", expect=204)
        self._gone(self.ids["a1"])
        self.assertEqual(["b1", "a2"], self.names())
        self.assertEqual(["b1", "a2"], self.names("deleted=true"), "dropped for members")
        self.assertEqual(["a1"], self.names("deleted=true", client=self.admin))
        self.assertIn("a1", self.names(f"changes-since={before}"))
        self.assertEqual(["a1"], self.names("status=DELETED", client=self.admin))
        self.refused("status=DELETED", code=403)
        self.refused("changes-since=2030-01-02&changes-before=2030-01-01")
        self.refused("changes-since=yesterday")

    def _gone(self, server_id):
        while self.member.get(f"/servers/{server_id}").status_int != 404:
            pass
