# SPDX-License-Identifier: Apache-2.0
"""Flavors in every version: their fields, creation, description, lists and who may what."""

from __future__ import annotations

from typing import Any

from nova_cells.global_api.resources.flavors.seed import seed
from tests.api.side_case import (
    BAD,
    CLASH,
    DENIED,
    MEMBER,
    MISSING,
    NEWEST,
    OUTSIDER,
    PROJECT,
    READER,
    SideCase,
)

BASE = {
    "id",
    "name",
    "ram",
    "disk",
    "swap",
    "vcpus",
    "links",
    "OS-FLV-EXT-DATA:ephemeral",
    "os-flavor-access:is_public",
}
RETIRED = {"rxtx_factor", "OS-FLV-DISABLED:disabled"}
FIELDS = {
    1: BASE | RETIRED,
    54: BASE | RETIRED,
    55: BASE | RETIRED | {"description"},
    60: BASE | RETIRED | {"description"},
    61: BASE | RETIRED | {"description", "extra_specs"},
    101: BASE | RETIRED | {"description", "extra_specs"},
    102: BASE | {"description", "extra_specs"},
    104: BASE | {"description", "extra_specs"},
}
WISH = {"name": "f", "ram": 64, "vcpus": 1, "disk": 1}


def wish(**changes: Any) -> dict[str, Any]:
    return {"flavor": {**WISH, **changes}}


class FlavorCase(SideCase):
    def setUp(self) -> None:
        super().setUp()
        self.database.write(seed)

    def make(self, version: int = NEWEST, **changes: Any) -> dict[str, Any]:
        return self.post("/flavors", wish(**changes), version, status=200).body["flavor"]

    def ids(self, query: str = "", version: int = NEWEST, **more: Any) -> list[str]:
        answer = self.get(f"/flavors{query}", version, status=200, **more)
        return [flavor["id"] for flavor in answer.body["flavors"]]


class FlavorShapeTest(FlavorCase):
    def test_fields_of_each_version(self) -> None:
        for version, fields in FIELDS.items():
            with self.subTest(version=version):
                shown = self.get("/flavors/1", version, status=200).body["flavor"]
                listed = self.get("/flavors/detail", version, status=200).body["flavors"][0]
                made = self.make(version, name=f"f{version}")
                self.assertEqual(fields, set(shown))
                self.assertEqual(fields, set(listed))
                self.assertEqual(fields, set(made))

    def test_short_list(self) -> None:
        for version, more in (
            (1, set()),
            (54, set()),
            (55, {"description"}),
            (104, {"description"}),
        ):
            listed = self.get("/flavors", version).body["flavors"][0]
            self.assertEqual({"id", "name", "links"} | more, set(listed), version)

    def test_no_swap_is_zero_since_2_75(self) -> None:
        for version, swap in ((1, ""), (74, ""), (75, 0), (104, 0)):
            self.assertEqual(swap, self.get("/flavors/1", version).body["flavor"]["swap"], version)

    def test_values(self) -> None:
        self.make(101, id="x", swap=5, rxtx_factor=1.5, **{"OS-FLV-EXT-DATA:ephemeral": 7})
        shown = self.get("/flavors/x", 101).body["flavor"]
        self.assertEqual(5, shown["swap"])
        self.assertEqual(7, shown["OS-FLV-EXT-DATA:ephemeral"])
        self.assertEqual(1.5, shown["rxtx_factor"])
        self.assertIs(False, shown["OS-FLV-DISABLED:disabled"])

    def test_links_have_the_project_only_if_the_request_had(self) -> None:
        for prefix in ("", f"/{PROJECT}"):
            links = self.get(f"{prefix}/flavors/1").body["flavor"]["links"]
            self.assertEqual(f"http://localhost/v2.1{prefix}/flavors/1", links[0]["href"])
            self.assertEqual(f"http://localhost{prefix}/flavors/1", links[1]["href"])

    def test_extra_specs_only_for_those_who_may_see_them(self) -> None:
        for who, seen in ((MEMBER, True), (READER, True), (f"x:{PROJECT}:other", False)):
            shown = self.get("/flavors/1", 61, as_=who).body["flavor"]
            self.assertEqual(seen, "extra_specs" in shown, who)


class FlavorCreationTest(FlavorCase):
    def test_bad_bodies(self) -> None:
        long = "x" * 256
        for body in (
            {},
            [],
            {"flavor": None},
            {"flavor": {}},
            {"flavour": WISH},
            {"flavor": WISH, "more": 1},
            *(wish(name=name) for name in ("", " ", " f", "f ", long, None, 5, "a\x00b", "a\nb")),
            *(wish(ram=ram) for ram in (0, -1, "0", "-1", "x", "", None, 2**31, str(2**31), 1.5)),
            *(wish(vcpus=vcpus) for vcpus in (0, -1, "0", True, [], 2**31)),
            *(wish(disk=disk) for disk in (-1, "-1", "1 ", 2**31)),
            wish(swap=-1),
            wish(**{"OS-FLV-EXT-DATA:ephemeral": "z"}),
            wish(**{"os-flavor-access:is_public": "perhaps"}),
            *(wish(id=identity) for identity in (" x", "x ", "a/b", long, [], {}, "a\x00")),
            wish(unknown=1),
        ):
            with self.subTest(body=body):
                self.refused(BAD, self.post("/flavors", body, 55))

    def test_bad_json(self) -> None:
        for raw in (b"", b"{", b"\xff", b'"x"', b"null"):
            self.refused(BAD, self.ask("POST", "/flavors", raw=raw))

    def test_numbers_may_be_text(self) -> None:
        made = self.make(ram="128", vcpus="2", disk="0", swap="1")
        self.assertEqual((128, 2, 0, 1), tuple(made[k] for k in ("ram", "vcpus", "disk", "swap")))

    def test_id(self) -> None:
        self.assertEqual("a.b_c d-1", self.make(id="a.b_c d-1", name="a")["id"])
        self.assertEqual("7", self.make(id=7, name="b")["id"])
        self.assertEqual(36, len(self.make(id=None, name="c")["id"]))
        self.assertEqual(36, len(self.make(id="", name="d")["id"]))
        self.assertEqual(36, len(self.make(name="e")["id"]))

    def test_taken(self) -> None:
        self.make(id="x")
        self.refused(CLASH, self.post("/flavors", wish(id="y")))
        self.refused(CLASH, self.post("/flavors", wish(id="x", name="other")))

    def test_description_since_2_55(self) -> None:
        self.refused(BAD, self.post("/flavors", wish(description="d"), 54))
        self.assertEqual("d\n", self.make(55, description="d\n")["description"])
        self.assertIsNone(self.make(55, name="g", description=None)["description"])
        for bad in (5, "x" * 65536, "\x01"):
            self.refused(BAD, self.post("/flavors", wish(description=bad), 55))

    def test_rxtx_factor_until_2_101(self) -> None:
        self.assertEqual(2.5, self.make(101, rxtx_factor="2.5")["rxtx_factor"])
        self.refused(BAD, self.post("/flavors", wish(name="g", rxtx_factor=1.0), 102))
        for bad in (-1, "x", "-1", 0, "0", 10**39, None, "9" * 400):
            self.refused(BAD, self.post("/flavors", wish(name="g", rxtx_factor=bad), 101))

    def test_update_since_2_55(self) -> None:
        body = {"flavor": {"description": "new"}}
        self.refused(MISSING, self.put("/flavors/1", body, 54))
        for version in (55, NEWEST):
            changed = self.put("/flavors/1", body, version, status=200).body["flavor"]
            self.assertEqual("new", changed["description"])
        self.put("/flavors/1", {"flavor": {"description": None}}, 55, status=200)
        self.refused(MISSING, self.put("/flavors/none", body, 55))
        for bad in ({}, {"flavor": {}}, {"flavor": {"name": "x", "description": "d"}}):
            self.refused(BAD, self.put("/flavors/1", bad, 55))
        self.refused(DENIED, self.put("/flavors/1", body, 55, as_=MEMBER))

    def test_delete(self) -> None:
        self.refused(DENIED, self.delete("/flavors/1", as_=MEMBER))
        gone = self.delete("/flavors/1", status=202)
        self.assertIsNone(gone.body)
        self.refused(MISSING, self.delete("/flavors/1"))
        self.refused(MISSING, self.get("/flavors/1"))

    def test_only_administrators_create(self) -> None:
        for who in (MEMBER, READER, OUTSIDER):
            self.refused(DENIED, self.post("/flavors", wish(), as_=who))


class FlavorListTest(FlavorCase):
    def test_filters(self) -> None:
        self.assertEqual(["2", "3", "4"], self.ids("?minRam=2048"))
        self.assertEqual(["3", "4"], self.ids("?minDisk=40"))
        self.assertEqual(["4"], self.ids("?minDisk=40&minRam=5000"))

    def test_sort_and_page(self) -> None:
        self.assertEqual(["1", "2", "3", "4", "42", "84"], self.ids())
        self.assertEqual(["4", "3", "2"], self.ids("?sort_key=memory_mb&sort_dir=desc&limit=3"))
        query = "?sort_key=vcpus&sort_dir=desc&limit=2"
        seen: list[str] = []
        while True:
            answer = self.get(f"/flavors{query}", status=200).body
            seen += [flavor["id"] for flavor in answer["flavors"]]
            if "flavors_links" not in answer:
                break
            query = "?" + answer["flavors_links"][0]["href"].split("?", 1)[1]
        self.assertEqual(["4", "3"], seen[:2])
        self.assertEqual(["1", "2", "3", "4", "42", "84"], sorted(seen))
        self.assertEqual([], self.ids("?limit=0"))

    def test_every_sort_key_pages_without_loss(self) -> None:
        for key in (
            *("created_at", "description", "disabled", "ephemeral_gb", "flavorid", "id"),
            *("is_public", "memory_mb", "name", "root_gb", "rxtx_factor", "swap"),
            *("updated_at", "vcpu_weight", "vcpus"),
        ):
            for way in ("asc", "desc"):
                first = self.ids(f"?sort_key={key}&sort_dir={way}&limit=3")
                rest = self.ids(f"?sort_key={key}&sort_dir={way}&marker={first[-1]}")
                self.assertEqual(6, len({*first, *rest}), (key, way))

    def test_bad_queries(self) -> None:
        for query in (
            *("limit=-1", "limit=x", "limit=1&limit=2", "limit=", "marker=none", "minRam=x"),
            *("minDisk=x", "sort_key=x", "sort_dir=x", "is_public=x", "marker=1&marker=2"),
        ):
            for version in (1, 75, NEWEST):
                with self.subTest(query=query, version=version):
                    self.refused(BAD, self.get(f"/flavors?{query}", version))
                    self.refused(BAD, self.get(f"/flavors/detail?{query}", version))

    def test_unknown_parameters_are_refused_since_2_75(self) -> None:
        self.get("/flavors?x=1", 74, status=200)
        self.refused(BAD, self.get("/flavors?x=1", 75))
        self.get("/flavors/1?x=1", 101, status=200)
        self.refused(BAD, self.get("/flavors/1?x=1", 102))

    def test_name_since_2_102(self) -> None:
        self.assertEqual(6, len(self.ids("?name=m1.tiny", 74)))
        self.refused(BAD, self.get("/flavors?name=m1.tiny", 101))
        self.assertEqual(["1"], self.ids("?name=m1.tiny", 102))
        self.assertEqual([], self.ids("?name=m1", 102))

    def test_private_flavors(self) -> None:
        self.make(id="p", **{"os-flavor-access:is_public": False})
        self.assertNotIn("p", self.ids())
        self.assertEqual(["p"], self.ids("?is_public=false"))
        self.assertIn("p", self.ids("?is_public=None"))
        for query in ("", "?is_public=false", "?is_public=none"):
            self.assertEqual(6, len(self.ids(query, as_=MEMBER)), query)
        self.refused(MISSING, self.get("/flavors/p", as_=MEMBER))
        self.get("/flavors/p", status=200)
        self.post("/flavors/p/action", {"addTenantAccess": {"tenant": PROJECT}}, status=200)
        self.get("/flavors/p", as_=MEMBER, status=200)
        self.assertIn("p", self.ids(as_=MEMBER))
        self.assertNotIn("p", self.ids(as_=OUTSIDER))

    def test_readers_of_any_project_may_list(self) -> None:
        for who in (READER, OUTSIDER):
            self.assertEqual(6, len(self.ids(as_=who)))
