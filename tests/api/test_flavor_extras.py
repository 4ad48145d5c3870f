# SPDX-License-Identifier: Apache-2.0
"""Extra specs and project access of flavors, in every version."""

from __future__ import annotations

from nova_cells.global_api.resources.flavors.seed import seed
from tests.api.side_case import (
    BAD,
    CLASH,
    DENIED,
    MEMBER,
    MISSING,
    NEWEST,
    OTHER,
    OUTSIDER,
    READER,
    SideCase,
)

SPECS = "/flavors/1/os-extra_specs"


class ExtraSpecsTest(SideCase):
    def setUp(self) -> None:
        super().setUp()
        self.database.write(seed)

    def test_life_of_a_spec(self) -> None:
        for version in (1, 85, 86, NEWEST):
            made = self.post(SPECS, {"extra_specs": {"a:b": "1", "c": 2}}, version, status=200)
            self.assertEqual({"extra_specs": {"a:b": "1", "c": "2"}}, made.body)
            changed = self.put(f"{SPECS}/c", {"c": "3"}, version, status=200)
            self.assertEqual({"c": "3"}, changed.body)
            self.assertEqual({"c": "3"}, self.get(f"{SPECS}/c", version, status=200).body)
            listed = self.get(SPECS, version, status=200, as_=READER)
            self.assertEqual({"extra_specs": {"a:b": "1", "c": "3"}}, listed.body)
            self.assertIsNone(self.delete(f"{SPECS}/c", version, status=200).body)
            self.refused(MISSING, self.delete(f"{SPECS}/c", version))
            self.refused(MISSING, self.get(f"{SPECS}/c", version))

    def test_bad_bodies(self) -> None:
        for body in (
            {},
            {"extra_specs": None},
            {"extra_specs": []},
            {"extra_specs": {"a": None}},
            {"extra_specs": {"a": {}}},
            {"extra_specs": {"": "1"}},
            {"extra_specs": {"a/b": "1"}},
            {"extra_specs": {"ä": "1"}},
            {"extra_specs": {"x" * 256: "1"}},
            {"extra_specs": {"a": "x" * 256}},
            {"extra_specs": {}, "more": 1},
        ):
            with self.subTest(body=body):
                self.refused(BAD, self.post(SPECS, body))
        for body in ({}, {"a": "1", "b": "2"}, {"b": "1"}, {"a": None}, []):
            with self.subTest(body=body):
                self.refused(BAD, self.put(f"{SPECS}/a", body))

    def test_values_are_checked_since_2_86(self) -> None:
        for name, value in (("hw:cpu_policy", "x"), ("hw:unheard_of", "1"), ("trait:NONE", "1")):
            body = {"extra_specs": {name: value}}
            self.post(SPECS, body, 85, status=200)
            answer = self.post(SPECS, body, 86)
            self.refused(BAD, answer)
            self.assertIn(name, answer.message)
            self.refused(BAD, self.put(f"{SPECS}/{name}", {name: value}, 86))
        good = {"hw:cpu_policy": "dedicated", "my:own": "x", "trait:CUSTOM_A": "required"}
        self.post(SPECS, {"extra_specs": good}, 86, status=200)

    def test_unknown_flavor(self) -> None:
        path = "/flavors/none/os-extra_specs"
        self.refused(MISSING, self.get(path))
        self.refused(MISSING, self.post(path, {"extra_specs": {"a": "1"}}))
        self.refused(MISSING, self.put(f"{path}/a", {"a": "1"}))
        self.refused(MISSING, self.get(f"{path}/a"))
        self.refused(MISSING, self.delete(f"{path}/a"))

    def test_who_may(self) -> None:
        self.post(SPECS, {"extra_specs": {"a": "1"}}, status=200)
        for who in (MEMBER, READER, OUTSIDER):
            self.get(SPECS, as_=who, status=200)
            self.get(f"{SPECS}/a", as_=who, status=200)
            self.refused(DENIED, self.post(SPECS, {"extra_specs": {"a": "1"}}, as_=who))
            self.refused(DENIED, self.put(f"{SPECS}/a", {"a": "1"}, as_=who))
            self.refused(DENIED, self.delete(f"{SPECS}/a", as_=who))


class FlavorAccessTest(SideCase):
    def setUp(self) -> None:
        super().setUp()
        self.database.write(seed)
        flavor = {"name": "p", "id": "p", "ram": 1, "vcpus": 1, "disk": 0}
        flavor["os-flavor-access:is_public"] = False
        self.post("/flavors", {"flavor": flavor}, status=200)

    def act(self, flavor: str, action: str, version: int = 1, tenant: str = OTHER, **more):
        return self.post(f"/flavors/{flavor}/action", {action: {"tenant": tenant}}, version, **more)

    def test_grant_and_take_back(self) -> None:
        for version in (1, 6, 7, NEWEST):
            granted = self.act("p", "addTenantAccess", version, status=200)
            expected = {"flavor_access": [{"flavor_id": "p", "tenant_id": OTHER}]}
            self.assertEqual(expected, granted.body)
            self.assertEqual(expected, self.get("/flavors/p/os-flavor-access", version).body)
            self.refused(CLASH, self.act("p", "addTenantAccess", version))
            revoked = self.act("p", "removeTenantAccess", version, status=200)
            self.assertEqual({"flavor_access": []}, revoked.body)
            self.refused(MISSING, self.act("p", "removeTenantAccess", version))

    def test_public_flavors(self) -> None:
        self.refused(MISSING, self.get("/flavors/1/os-flavor-access"))
        self.refused(MISSING, self.get("/flavors/1/os-flavor-access", as_=MEMBER))
        self.act("1", "addTenantAccess", 6, status=200)
        self.refused(CLASH, self.act("1", "addTenantAccess", 7, tenant="abc"))

    def test_bad_bodies(self) -> None:
        for body in (
            {"addTenantAccess": None},
            {"addTenantAccess": {}},
            {"addTenantAccess": {"tenant": ""}},
            {"addTenantAccess": {"tenant": 5}},
            {"addTenantAccess": {"tenant": OTHER, "x": 1}},
            {"addTenantAccess": {"tenant": OTHER}, "removeTenantAccess": {"tenant": OTHER}},
            {"unknown": {"tenant": OTHER}},
            {},
        ):
            with self.subTest(body=body):
                self.refused(BAD, self.post("/flavors/p/action", body))

    def test_unknown_flavor(self) -> None:
        self.refused(MISSING, self.act("none", "addTenantAccess"))
        self.refused(MISSING, self.act("none", "removeTenantAccess"))
        self.refused(MISSING, self.get("/flavors/none/os-flavor-access"))

    def test_who_may(self) -> None:
        self.act("p", "addTenantAccess", status=200)
        self.refused(DENIED, self.get("/flavors/p/os-flavor-access", as_=OUTSIDER))
        self.refused(MISSING, self.get("/flavors/p/os-flavor-access", as_=MEMBER))
        for action in ("addTenantAccess", "removeTenantAccess"):
            self.refused(DENIED, self.act("p", action, as_=MEMBER))

    def test_deleting_the_flavor_takes_its_grants(self) -> None:
        self.act("p", "addTenantAccess", status=200)
        self.delete("/flavors/p", status=202)
        flavor = {"name": "p", "id": "p", "ram": 1, "vcpus": 1, "disk": 0}
        flavor["os-flavor-access:is_public"] = False
        self.post("/flavors", {"flavor": flavor}, status=200)
        self.assertEqual({"flavor_access": []}, self.get("/flavors/p/os-flavor-access").body)
