# SPDX-License-Identifier: Apache-2.0
"""Server groups in every version: policies, rules, members, pages, quota and who may what."""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy import insert, update

from nova_cells.global_api.db.tables.server_index import server_index
from nova_cells.global_api.resources.server_groups import store
from tests.api.side_case import (
    ADMIN,
    BAD,
    DENIED,
    MEMBER,
    MISSING,
    NEWEST,
    OTHER,
    OUTSIDER,
    PROJECT,
    READER,
    SideCase,
)
from tests.unit.global_api.world import group as group_policy

PATH = "/os-server-groups"
OLD = {"id", "name", "policies", "metadata", "members"}
OWNER = {"project_id", "user_id"}
NEW = {"id", "name", "policy", "rules", "members"} | OWNER


def old_wish(policy: Any = "affinity", **more: Any) -> dict[str, Any]:
    return {"server_group": {"name": "g", "policies": [policy], **more}}


def new_wish(policy: Any = "affinity", **more: Any) -> dict[str, Any]:
    return {"server_group": {"name": "g", "policy": policy, **more}}


def wish(version: int, policy: str = "affinity") -> dict[str, Any]:
    return new_wish(policy) if version >= 64 else old_wish(policy)


class ServerGroupTest(SideCase):
    overrides = {"quota__server_groups": -1}

    def make(self, version: int = NEWEST, as_: str = MEMBER, **more: Any) -> dict[str, Any]:
        body = wish(version)
        body["server_group"].update(more)
        return self.post(PATH, body, version, as_=as_, status=200).body["server_group"]

    def ids(self, query: str = "", version: int = NEWEST, as_: str = MEMBER) -> list[str]:
        body = self.get(f"{PATH}{query}", version, as_=as_, status=200).body
        return [group["id"] for group in body["server_groups"]]

    def test_fields_of_each_version(self) -> None:
        for version, fields in (
            (1, OLD),
            (12, OLD),
            (13, OLD | OWNER),
            (63, OLD | OWNER),
            (64, NEW),
            (NEWEST, NEW),
        ):
            with self.subTest(version=version):
                made = self.make(version)
                shown = self.get(f"{PATH}/{made['id']}", version, as_=READER, status=200)
                listed = self.get(PATH, version, as_=READER).body["server_groups"][0]
                self.assertEqual(fields, set(made))
                self.assertEqual(made, shown.body["server_group"])
                self.assertEqual(made, listed)
                gone = self.delete(f"{PATH}/{made['id']}", version, as_=MEMBER, status=204)
                self.assertIsNone(gone.body)
                self.refused(MISSING, self.delete(f"{PATH}/{made['id']}", version, as_=MEMBER))

    def test_policies_of_each_version(self) -> None:
        for version, hard, soft in ((1, 200, 400), (14, 200, 400), (15, 200, 200), (64, 200, 200)):
            for policy in ("affinity", "anti-affinity"):
                self.post(PATH, wish(version, policy), version, as_=MEMBER, status=hard)
            for policy in ("soft-affinity", "soft-anti-affinity"):
                self.post(PATH, wish(version, policy), version, as_=MEMBER, status=soft)
            self.refused(BAD, self.post(PATH, wish(version, "storage-affinity"), version))

    def test_bad_old_bodies(self) -> None:
        for body in (
            {},
            {"server_group": None},
            {"server_group": {"name": "g"}},
            {"server_group": {"policies": ["affinity"]}},
            {"server_group": {"name": "g", "policies": []}},
            {"server_group": {"name": "g", "policies": ["affinity", "anti-affinity"]}},
            {"server_group": {"name": "g", "policies": "affinity"}},
            old_wish(None),
            old_wish(name=" g"),
            old_wish(rules={}),
            old_wish(metadata={"a": "b"}),
            {**old_wish(), "more": 1},
            new_wish(),
        ):
            with self.subTest(body=body):
                self.refused(BAD, self.post(PATH, body, 63, as_=MEMBER))

    def test_bad_new_bodies(self) -> None:
        rules = {"max_server_per_host": 1}
        for body in (
            {},
            {"server_group": {"name": "g"}},
            *(new_wish(name=name) for name in ("", " ", "g ", "x" * 256, 1, None)),
            *(new_wish(policy) for policy in ("", None, [], "none")),
            *(new_wish(policy, rules=rules) for policy in ("affinity", "soft-anti-affinity")),
            *(
                new_wish("anti-affinity", rules=bad)
                for bad in (
                    {"max_server_per_host": 0},
                    {"max_server_per_host": "0"},
                    {"max_server_per_host": "x"},
                    {"max_server_per_host": None},
                    {"max_server_per_host": str(2**31)},
                    {"other": 1},
                    [],
                )
            ),
            old_wish(),
            new_wish(project_id=PROJECT),
        ):
            with self.subTest(body=body):
                self.refused(BAD, self.post(PATH, body, 64, as_=MEMBER))

    def test_rules(self) -> None:
        for given in (3, "3"):
            body = new_wish("anti-affinity", rules={"max_server_per_host": given})
            made = self.post(PATH, body, 64, as_=MEMBER, status=200).body["server_group"]
            self.assertEqual({"max_server_per_host": 3}, made["rules"])
        self.assertEqual({}, self.make()["rules"])
        old = self.get(f"{PATH}/{made['id']}", 63, as_=MEMBER).body["server_group"]
        self.assertEqual((["anti-affinity"], {}), (old["policies"], old["metadata"]))

    def test_other_projects(self) -> None:
        made = self.make()["id"]
        self.assertEqual([], self.ids(as_=OUTSIDER))
        self.refused(MISSING, self.get(f"{PATH}/{made}", as_=OUTSIDER))
        self.refused(MISSING, self.delete(f"{PATH}/{made}", as_=OUTSIDER))
        self.get(f"{PATH}/{made}", as_=f"admin:{OTHER}", status=200)
        self.assertEqual([made], self.ids("?all_projects=1", as_=f"admin:{OTHER}"))
        self.assertEqual([], self.ids("?all_projects=1", as_=OUTSIDER))
        self.assertEqual([], self.ids(as_=f"admin:{OTHER}"))

    def test_who_may(self) -> None:
        made = self.make()["id"]
        self.refused(DENIED, self.post(PATH, new_wish(), NEWEST, as_=READER))
        self.refused(DENIED, self.delete(f"{PATH}/{made}", as_=READER))
        self.assertEqual([made], self.ids(as_=READER))
        self.delete(f"{PATH}/{made}", as_=ADMIN, status=204)

    def test_pages(self) -> None:
        made = [self.make()["id"] for _ in range(4)]
        self.assertEqual(made, self.ids())
        self.assertEqual(made[1:3], self.ids("?limit=2&offset=1"))
        self.assertEqual(made[3:], self.ids("?offset=3"))
        self.assertEqual([], self.ids("?offset=9"))
        self.assertEqual([], self.ids("?limit=0"))
        for query in ("limit=x", "limit=-1", "offset=-1", "offset=x"):
            self.refused(BAD, self.get(f"{PATH}?{query}", as_=MEMBER))
        self.get(f"{PATH}?offset=99999999999999999999999", as_=MEMBER, status=200)

    def test_unknown_parameters(self) -> None:
        made = self.make()["id"]
        self.get(f"{PATH}?x=1", 74, as_=MEMBER, status=200)
        self.refused(BAD, self.get(f"{PATH}?x=1", 75, as_=MEMBER))
        self.get(f"{PATH}/{made}?x=1", 101, as_=MEMBER, status=200)
        self.refused(BAD, self.get(f"{PATH}/{made}?x=1", 102, as_=MEMBER))

    def test_missing(self) -> None:
        for key in ("none", str(uuid.uuid4()), "x" * 400):
            self.refused(MISSING, self.get(f"{PATH}/{key}", as_=MEMBER))
            self.refused(MISSING, self.delete(f"{PATH}/{key}", as_=MEMBER))

    def test_members_are_the_living(self) -> None:
        made = self.make()["id"]
        other = self.make()["id"]
        servers = [self.boot(group=group_policy(made)) for _ in range(2)]
        self.assertEqual(sorted(servers), self.members(made))
        self.assertEqual([], self.members(other))
        gone = update(server_index).where(server_index.c.uuid == servers[0]).values(deleted=True)
        self.database.write(lambda connection: connection.execute(gone))
        self.assertEqual(servers[1:], self.members(made))
        stray = insert(store.server_group_members).values(
            group_uuid=made, instance_uuid=str(uuid.uuid4())
        )
        self.database.write(lambda connection: connection.execute(stray))
        self.assertEqual(servers[1:], self.members(made))

    def members(self, group: str) -> list[str]:
        shown = self.get(f"{PATH}/{group}", as_=MEMBER).body["server_group"]["members"]
        listed = self.get(PATH, as_=MEMBER).body["server_groups"]
        self.assertEqual([shown], [each["members"] for each in listed if each["id"] == group])
        return shown


class ServerGroupQuotaTest(SideCase):
    overrides = {"quota__server_groups": 2}

    def test_quota(self) -> None:
        made = [self.post(PATH, new_wish(), NEWEST, as_=MEMBER, status=200) for _ in range(2)]
        answer = self.post(PATH, new_wish(), NEWEST, as_=MEMBER)
        self.refused(DENIED, answer)
        self.assertIn("too many server groups", answer.message)
        self.post(PATH, new_wish(), NEWEST, as_=OUTSIDER, status=200)
        path = f"{PATH}/{made[0].body['server_group']['id']}"
        self.delete(path, as_=MEMBER, status=204)
        self.refused(MISSING, self.delete(path, as_=MEMBER))
        self.post(PATH, new_wish(), NEWEST, as_=MEMBER, status=200)
        self.refused(DENIED, self.post(PATH, new_wish(), NEWEST, as_=MEMBER))

    def test_quota_of_one_user(self) -> None:
        limit = {"quota_set": {"server_groups": 1}}
        self.put(f"/os-quota-sets/{PROJECT}?user_id=mia", limit, status=200)
        self.post(PATH, new_wish(), NEWEST, as_=MEMBER, status=200)
        self.refused(DENIED, self.post(PATH, new_wish(), NEWEST, as_=MEMBER))
        self.post(PATH, new_wish(), NEWEST, as_=ADMIN, status=200)
        self.refused(DENIED, self.post(PATH, new_wish(), NEWEST, as_=ADMIN))
