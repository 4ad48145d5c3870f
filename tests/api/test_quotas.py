# SPDX-License-Identifier: Apache-2.0
"""Quota sets, quota class sets and limits in every version."""

from __future__ import annotations

from typing import Any

from tests.api.side_case import (
    BAD,
    DENIED,
    MEMBER,
    NEWEST,
    OTHER,
    OUTSIDER,
    PROJECT,
    READER,
    SideCase,
)

SETS = "/os-quota-sets"
CLASSES = "/os-quota-class-sets"

NETWORKS = {"fixed_ips", "floating_ips", "security_groups", "security_group_rules"}
FILES = {"injected_files", "injected_file_content_bytes", "injected_file_path_bytes"}
GROUPS = {"server_groups", "server_group_members"}
CORE = {"cores", "instances", "ram", "key_pairs", "metadata_items"}
SET_FIELDS = {
    1: CORE | GROUPS | FILES | NETWORKS,
    35: CORE | GROUPS | FILES | NETWORKS,
    36: CORE | GROUPS | FILES,
    56: CORE | GROUPS | FILES,
    57: CORE | GROUPS,
    NEWEST: CORE | GROUPS,
}
CLASS_FIELDS = {
    1: CORE | FILES | NETWORKS,
    49: CORE | FILES | NETWORKS,
    50: CORE | GROUPS | FILES,
    56: CORE | GROUPS | FILES,
    57: CORE | GROUPS,
    NEWEST: CORE | GROUPS,
}


def wish(**limits: Any) -> dict[str, Any]:
    return {"quota_set": limits}


class QuotaSetTest(SideCase):
    overrides = {"quota__instances": 10, "quota__cores": 20, "quota__ram": 51200}

    def limits(self, project: str = PROJECT, query: str = "", **more: Any) -> dict[str, Any]:
        return self.get(f"{SETS}/{project}{query}", NEWEST, status=200, **more).body["quota_set"]

    def test_fields_of_each_version(self) -> None:
        for version, fields in SET_FIELDS.items():
            with self.subTest(version=version):
                for path in ("", "/defaults", "/detail"):
                    shown = self.get(f"{SETS}/{PROJECT}{path}", version, status=200, as_=READER)
                    self.assertEqual(fields | {"id"}, set(shown.body["quota_set"]))
                    self.assertEqual(PROJECT, shown.body["quota_set"]["id"])
                changed = self.put(f"{SETS}/{PROJECT}", wish(cores=5), version, status=200)
                self.assertEqual(fields, set(changed.body["quota_set"]))
                self.delete(f"{SETS}/{PROJECT}", version, status=202)

    def test_what_may_be_set_in_each_version(self) -> None:
        for version, fields in SET_FIELDS.items():
            for name in SET_FIELDS[1]:
                with self.subTest(version=version, name=name):
                    answer = self.put(f"{SETS}/{OTHER}", wish(**{name: 7}), version)
                    self.assertEqual(200 if name in fields else 400, answer.status)
        stored = self.get(f"{SETS}/{OTHER}", 1).body["quota_set"]
        self.assertEqual({7}, {stored[name] for name in CORE | GROUPS | FILES | NETWORKS})
        untouched = self.get(f"{SETS}/{PROJECT}", 1).body["quota_set"]
        self.assertEqual({-1}, {untouched[name] for name in NETWORKS})

    def test_life_of_a_limit(self) -> None:
        self.assertEqual(20, self.limits()["cores"])
        self.put(f"{SETS}/{PROJECT}", wish(cores="30", ram=-1), status=200)
        self.assertEqual((30, -1), (self.limits()["cores"], self.limits()["ram"]))
        self.assertEqual(20, self.limits(OTHER)["cores"])
        self.put(f"{SETS}/{PROJECT}?user_id=mia", wish(cores=3), status=200)
        self.assertEqual(3, self.limits(query="?user_id=mia")["cores"])
        self.assertEqual(30, self.limits(query="?user_id=other")["cores"])
        self.delete(f"{SETS}/{PROJECT}?user_id=mia", status=202)
        self.assertEqual(30, self.limits(query="?user_id=mia")["cores"])
        self.delete(f"{SETS}/{PROJECT}", status=202)
        self.assertEqual(20, self.limits()["cores"])

    def test_deleting_a_project_takes_its_users_too(self) -> None:
        self.put(f"{SETS}/{PROJECT}?user_id=mia", wish(cores=3), status=200)
        self.delete(f"{SETS}/{PROJECT}", status=202)
        self.assertEqual(20, self.limits(query="?user_id=mia")["cores"])

    def test_not_below_usage_unless_forced(self) -> None:
        self.boot()
        path = f"{SETS}/{PROJECT}"
        answer = self.put(path, wish(instances=0))
        self.refused(BAD, answer)
        self.assertIn("instances", answer.message)
        self.put(path, wish(instances=1), status=200)
        self.put(path, wish(instances=-1), status=200)
        for yes in (True, "true", "1"):
            self.put(path, wish(instances=0, force=yes), status=200)
        self.refused(BAD, self.put(path, wish(instances=0, force=False)))

    def test_a_user_gets_no_more_than_the_project(self) -> None:
        path = f"{SETS}/{PROJECT}?user_id=mia"
        for limit in (21, -1):
            self.refused(BAD, self.put(path, wish(cores=limit)))
        self.put(path, wish(cores=20), status=200)
        self.put(path, wish(cores=21, force=True), status=200)

    def test_bad_bodies(self) -> None:
        for body in (
            {},
            [],
            wish(unknown=1),
            {"quota_set": None},
            {**wish(cores=1), "more": 1},
            *(wish(cores=bad) for bad in (-2, "-2", "x", "", None, 1.5, [], 2**31, str(2**31))),
            wish(cores=1, force="perhaps"),
            wish(cores=1, tenant_id=PROJECT),
        ):
            with self.subTest(body=body):
                self.refused(BAD, self.put(f"{SETS}/{PROJECT}", body))
        self.put(f"{SETS}/{PROJECT}", wish(), status=200)

    def test_usage(self) -> None:
        self.boot()
        shown = self.get(f"{SETS}/{PROJECT}/detail", status=200).body["quota_set"]
        self.assertEqual({"limit": 10, "in_use": 1, "reserved": 0}, shown["instances"])
        self.assertEqual({"limit": 51200, "in_use": 64, "reserved": 0}, shown["ram"])
        self.assertEqual({"limit": -1, "in_use": 0, "reserved": 0}, shown["fixed_ips"])
        user = self.get(f"{SETS}/{PROJECT}/detail?user_id=nobody").body["quota_set"]
        self.assertEqual(0, user["instances"]["in_use"])

    def test_unknown_parameters(self) -> None:
        for path in ("", "/detail"):
            self.get(f"{SETS}/{PROJECT}{path}?x=1", 74, status=200)
            self.refused(BAD, self.get(f"{SETS}/{PROJECT}{path}?x=1", 75))
        self.refused(BAD, self.put(f"{SETS}/{PROJECT}?x=1", wish(), 75))
        self.refused(BAD, self.delete(f"{SETS}/{PROJECT}?x=1", 75))

    def test_who_may(self) -> None:
        for path in ("", "/detail"):
            self.get(f"{SETS}/{PROJECT}{path}", as_=READER, status=200)
            self.refused(DENIED, self.get(f"{SETS}/{PROJECT}{path}", as_=OUTSIDER))
        self.get(f"{SETS}/{PROJECT}/defaults", as_=OUTSIDER, status=200)
        self.refused(DENIED, self.put(f"{SETS}/{PROJECT}", wish(cores=1), as_=MEMBER))
        self.refused(DENIED, self.delete(f"{SETS}/{PROJECT}", as_=MEMBER))


class QuotaClassTest(SideCase):
    overrides = {"quota__cores": 20}

    def test_fields_of_each_version(self) -> None:
        for version, fields in CLASS_FIELDS.items():
            with self.subTest(version=version):
                shown = self.get(f"{CLASSES}/default", version, status=200)
                self.assertEqual(fields | {"id"}, set(shown.body["quota_class_set"]))
                body = {"quota_class_set": {"cores": 20}}
                changed = self.put(f"{CLASSES}/default", body, version, status=200)
                self.assertEqual(fields, set(changed.body["quota_class_set"]))

    def test_networks_and_files(self) -> None:
        for name, last in ((*NETWORKS,)[0], 49), ((*FILES,)[0], 56):
            body = {"quota_class_set": {name: 1}}
            set_ = self.put(f"{CLASSES}/default", body, last, status=200)
            self.assertEqual(1, set_.body["quota_class_set"][name])
            self.refused(BAD, self.put(f"{CLASSES}/default", body, last + 1))

    def test_the_default_class_sets_the_defaults(self) -> None:
        body = {"quota_class_set": {"cores": "9"}}
        changed = self.put(f"{CLASSES}/default", body, status=200).body["quota_class_set"]
        self.assertEqual(9, changed["cores"])
        self.put(f"{CLASSES}/other", {"quota_class_set": {"cores": 1}}, status=200)
        for path in (f"{SETS}/{PROJECT}", f"{SETS}/{PROJECT}/defaults"):
            self.assertEqual(9, self.get(path).body["quota_set"]["cores"])
        other = self.get(f"{CLASSES}/other").body["quota_class_set"]
        self.assertEqual(("other", 1), (other["id"], other["cores"]))

    def test_bad_bodies(self) -> None:
        for body in (
            {},
            {"quota_class_set": None},
            {"quota_class_set": {"cores": -2}},
            {"quota_class_set": {"cores": str(2**31)}},
            {"quota_class_set": {"force": True}},
            {"quota_class_set": {"x": 1}},
        ):
            with self.subTest(body=body):
                self.refused(BAD, self.put(f"{CLASSES}/default", body))
        self.refused(BAD, self.get(f"{CLASSES}/{'x' * 256}"))

    def test_who_may(self) -> None:
        for who in (MEMBER, READER, OUTSIDER):
            self.refused(DENIED, self.get(f"{CLASSES}/default", as_=who))
            body = {"quota_class_set": {"cores": 1}}
            self.refused(DENIED, self.put(f"{CLASSES}/default", body, as_=who))

    def test_unknown_parameters(self) -> None:
        self.get(f"{CLASSES}/default?x=1", 101, status=200)
        self.refused(BAD, self.get(f"{CLASSES}/default?x=1", 102))


class LimitsTest(SideCase):
    overrides = {"quota__instances": 10, "quota__cores": 20, "quota__ram": 51200}

    CORE = {
        *("maxServerMeta", "maxTotalInstances", "maxTotalRAMSize", "maxTotalCores"),
        *("maxTotalKeypairs", "maxServerGroups", "maxServerGroupMembers"),
        *("totalRAMUsed", "totalCoresUsed", "totalInstancesUsed", "totalServerGroupsUsed"),
    }
    NETWORKS = {
        *("maxSecurityGroups", "maxSecurityGroupRules", "maxTotalFloatingIps"),
        *("totalSecurityGroupsUsed", "totalFloatingIpsUsed"),
    }
    FILES = {"maxPersonality", "maxPersonalitySize"}

    def absolute(self, query: str = "", version: int = NEWEST, as_: str = MEMBER) -> dict[str, int]:
        body = self.get(f"/limits{query}", version, as_=as_, status=200).body
        self.assertEqual([], body["limits"]["rate"])
        return body["limits"]["absolute"]

    def test_fields_of_each_version(self) -> None:
        old = self.CORE | self.FILES | {"maxImageMeta"}
        for version, fields in (
            (1, old | self.NETWORKS),
            (35, old | self.NETWORKS),
            (36, old),
            (38, old),
            (39, self.CORE | self.FILES),
            (56, self.CORE | self.FILES),
            (57, self.CORE),
            (NEWEST, self.CORE),
        ):
            self.assertEqual(fields, set(self.absolute(version=version)), version)

    def test_usage(self) -> None:
        self.boot()
        group = {"server_group": {"name": "g", "policy": "affinity"}}
        self.post("/os-server-groups", group, NEWEST, as_=MEMBER, status=200)
        used = self.absolute(as_=READER)
        self.assertEqual(1, used["totalInstancesUsed"])
        self.assertEqual(64, used["totalRAMUsed"])
        self.assertEqual(1, used["totalServerGroupsUsed"])
        self.assertEqual(0, self.absolute(as_=OUTSIDER)["totalInstancesUsed"])

    def test_other_projects_for_administrators(self) -> None:
        self.boot()
        query = f"?tenant_id={PROJECT}"
        self.assertEqual(1, self.absolute(query, as_=f"admin:{OTHER}")["totalInstancesUsed"])
        self.refused(DENIED, self.get(f"/limits{query}", as_=OUTSIDER))

    def test_unknown_parameters(self) -> None:
        self.absolute("?x=1", 74)
        self.refused(BAD, self.get("/limits?x=1", 75))
