# SPDX-License-Identifier: Apache-2.0
"""Update, delete, metadata and tags of servers."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

from tests.api.harness import ApiCase


class UpdateTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.path = f"/servers/{self.boot()}"

    def put(self, version="2.104", client=None, **server):
        return (client or self.member).put(self.path, {"server": server}, version)

    def test_each_field(self):
        for field, value in (
            ("name", "other"),
            ("accessIPv4", "10.1.1.1"),
            ("accessIPv6", "fe80::2"),
            ("OS-DCF:diskConfig", "AUTO"),
            ("description", "words"),
            ("description", None),
        ):
            with self.subTest(f"{field}={value}"):
                answer = self.put(**{field: value})
                self.assertEqual(200, answer.status_int)
                self.assertEqual(value, answer.json["server"][field])
                shown = self.member.get(self.path).json["server"]
                self.assertEqual(value, shown[field], "a client sees its own write")

    def test_an_ipv6_address_is_shown_in_its_shortest_form(self):
        self.put(accessIPv6="0000:0000:0000:0000:0000:babe:220.12.22.2")
        shown = self.member.get(self.path).json["server"]
        self.assertEqual("::babe:dc0c:1602", shown["accessIPv6"])

    def test_a_hostname_can_be_set_from_2_90(self):
        self.assertFault(self.put("2.89", hostname="web"), 400, "badRequest", "hostname")
        self.assertFault(self.put("2.93", hostname="a.b"), 400, "badRequest", "hostname")
        answer = self.put("2.94", hostname="a.b")
        self.assertEqual("a.b", answer.json["server"]["OS-EXT-SRV-ATTR:hostname"])

    def test_a_server_is_freed_from_its_zone_from_2_104(self):
        wish = self.wish(availability_zone="nova")
        made = self.member.post("/servers", wish, expect=202).json["server"]["id"]
        self.path = f"/servers/{self.settled(made, 'ACTIVE')}"
        shown = self.member.get(self.path).json["server"]
        self.assertEqual("nova", shown["pinned_availability_zone"])
        self.assertEqual(400, self.put("2.103", pinned_availability_zone=None).status_int)
        answer = self.put(pinned_availability_zone=None)
        self.assertIsNone(answer.json["server"]["pinned_availability_zone"])
        self.assertFault(
            self.put(pinned_availability_zone="other"), 409, "conflictingRequest", "other"
        )
        answer = self.put(pinned_availability_zone="nova")
        self.assertEqual("nova", answer.json["server"]["pinned_availability_zone"])

    def test_what_is_refused(self):
        self.assertFault(self.put(accessIPv4=""), 400, "badRequest", "accessIPv4")
        self.assertFault(self.put(name=""), 400, "badRequest", "name")
        self.assertFault(self.put(status="x"), 400, "badRequest", "status")
        self.assertFault(self.put(client=self.other, name="x"), 404, "itemNotFound")
        self.assertFault(self.put(client=self.other, name=""), 400, "badRequest")
        self.assertFault(self.put(client=self.reader, name="x"), 403, "forbidden")

    def test_delete(self):
        self.assertFault(self.reader.delete(self.path), 403, "forbidden")
        self.assertFault(self.other.delete(self.path), 404, "itemNotFound")
        answer = self.member.delete(self.path, expect=204)
        self.assertEqual(b"", answer.body)
        while self.member.get(self.path).status_int != 404:
            pass
        self.assertFault(self.member.delete(self.path), 404, "itemNotFound")
        self.assertFault(self.admin.get(self.path), 404, "itemNotFound")

    def test_delete_of_a_server_that_is_just_being_built(self):
        made = self.member.post("/servers", self.wish(), expect=202).json["server"]["id"]
        self.member.delete(f"/servers/{made}", expect=204)
        while self.member.get(f"/servers/{made}").status_int != 404:
            pass


class MetadataTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = f"/servers/{self.boot(metadata={'a': '1'})}"
        self.path = f"{self.server}/metadata"

    def all(self):
        return self.member.get(self.path, "2.1", expect=200).json["metadata"]

    def test_reading(self):
        self.assertEqual({"a": "1"}, self.all())
        self.assertEqual({"meta": {"a": "1"}}, self.reader.get(f"{self.path}/a", expect=200).json)
        self.assertFault(self.member.get(f"{self.path}/b"), 404, "itemNotFound")
        self.assertFault(self.other.get(self.path), 404, "itemNotFound")

    def test_adding_keeps_the_rest(self):
        answer = self.member.post(self.path, {"metadata": {"b": "2"}}, expect=200)
        self.assertEqual({"metadata": {"a": "1", "b": "2"}}, answer.json)
        self.assertEqual({"a": "1", "b": "2"}, self.all())

    def test_replacing_does_not(self):
        answer = self.member.put(self.path, {"metadata": {"b": "2"}}, expect=200)
        self.assertEqual({"metadata": {"b": "2"}}, answer.json)
        self.assertEqual({"b": "2"}, self.all())

    def test_one_item(self):
        answer = self.member.put(f"{self.path}/c", {"meta": {"c": "3"}}, expect=200)
        self.assertEqual({"meta": {"c": "3"}}, answer.json)
        self.member.delete(f"{self.path}/a", expect=204)
        self.assertEqual({"c": "3"}, self.all())
        self.assertFault(self.member.delete(f"{self.path}/a"), 404, "itemNotFound")

    def test_what_is_refused(self):
        for method, path, body in (
            ("PUT", f"{self.path}/c", {"meta": {"d": "3"}}),
            ("PUT", f"{self.path}/c", {"meta": {}}),
            ("PUT", f"{self.path}/c", {"meta": {"c": "3", "d": "4"}}),
            ("PUT", f"{self.path}/c", {"metadata": {"c": "3"}}),
            ("POST", self.path, {"metadata": {"c": 3}}),
            ("POST", self.path, {"metadata": {"c" * 256: "3"}}),
            ("POST", self.path, {"metadata": {"c": "3" * 256}}),
            ("POST", self.path, {"metadata": {"": "3"}}),
            ("POST", self.path, {"metadata": None}),
            ("PUT", self.path, {}),
        ):
            with self.subTest(f"{method} {body!s:.50}"):
                self.assertFault(self.member.ask(method, path, body), 400, "badRequest")
        many = {f"k{number}": "v" for number in range(128)}
        answer = self.member.post(self.path, {"metadata": many})
        self.assertFault(answer, 403, "forbidden", "metadata")
        answer = self.reader.post(self.path, {"metadata": {"b": "2"}})
        self.assertFault(answer, 403, "forbidden", "server-metadata:create")
        self.assertEqual({"a": "1"}, self.all())

    def test_two_clients_do_not_undo_each_other(self):
        names = [f"k{number}" for number in range(24)]

        def add(name):
            self.member.put(f"{self.path}/{name}", {"meta": {name: "v"}}, expect=200)
            self.member.put(f"{self.server}/tags/{name}", None, expect=201)

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(add, names))
        self.assertEqual({"a", *names}, set(self.all()))
        tags = self.member.get(f"{self.server}/tags", expect=200).json["tags"]
        self.assertEqual(set(names), set(tags))

    def test_two_clients_do_not_pass_the_limit_together(self):
        full = {f"m{number}": "v" for number in range(120)}
        self.member.put(self.path, {"metadata": full}, expect=200)

        def add(number):
            path = f"{self.path}/k{number}"
            return self.member.put(path, {"meta": {f"k{number}": "v"}}).status_int

        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(add, range(16)))
        self.assertEqual([200] * 8 + [403] * 8, sorted(statuses))
        self.assertEqual(128, len(self.all()))


class TagsTest(ApiCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.boot()
        self.path = f"/servers/{self.server}/tags"

    def all(self):
        return set(self.member.get(self.path, expect=200).json["tags"])

    def test_one_tag(self):
        answer = self.member.put(f"{self.path}/red", None, expect=201)
        self.assertTrue(answer.headers["Location"].endswith(f"{self.path}/red"))
        self.member.put(f"{self.path}/red", None, expect=204)
        self.member.get(f"{self.path}/red", expect=204)
        self.member.get(f"{self.path}/blue", expect=404)
        self.member.delete(f"{self.path}/red", expect=204)
        self.member.delete(f"{self.path}/red", expect=404)
        self.assertEqual(set(), self.all())

    def test_all_tags(self):
        answer = self.member.put(self.path, {"tags": ["a", "b", "a"]}, expect=200)
        self.assertEqual({"a", "b"}, set(answer.json["tags"]))
        self.assertEqual({"a", "b"}, self.all())
        self.member.delete(self.path, expect=204)
        self.assertEqual(set(), self.all())

    def test_what_is_refused(self):
        for body in (
            {"tags": ["a/b"]},
            {"tags": ["a,b"]},
            {"tags": [""]},
            {"tags": ["a" * 61]},
            {"tags": [str(number) for number in range(51)]},
            {"tags": None},
            {},
        ):
            self.assertFault(self.member.put(self.path, body), 400, "badRequest", "tags")
        self.assertFault(self.member.put(f"{self.path}/{'a' * 61}", None), 400, "badRequest")
        full = {"tags": [str(number) for number in range(50)]}
        self.member.put(self.path, full, expect=200)
        self.assertFault(self.member.put(f"{self.path}/more", None), 400, "badRequest")

    def test_outsiders_are_told_403(self):
        self.assertFault(self.other.get(self.path), 403, "forbidden")
        self.assertFault(self.other.get(f"/servers/{uuid.uuid4()}/tags"), 404, "itemNotFound")
        self.assertFault(self.reader.put(f"{self.path}/red", None), 403, "forbidden")
