# SPDX-License-Identifier: Apache-2.0
"""Which filters are heeded, and what question they make."""

from __future__ import annotations

import dataclasses

import testtools

from nova_cells.global_api.faults import BadRequest, Forbidden
from nova_cells.global_api.resources.servers.filters import Asker, Filters

MEMBER = Asker(
    project_id="p",
    is_admin=False,
    all_filters=False,
    ip6_for_all=True,
    more_for_all=True,
    unknown_status_refused=True,
    sort_by_lock=True,
)
ADMIN = dataclasses.replace(MEMBER, is_admin=True, all_filters=True)


class FilterTest(testtools.TestCase):
    def ask(self, asker=MEMBER, **given):
        return Filters({name.replace("_at_", "-"): v for name, v in given.items()}, asker).question(
            1000
        )

    def test_nothing_asked(self):
        question = self.ask()
        self.assertEqual("p", question.project_id)
        self.assertEqual({}, question.equal)
        self.assertIs(False, question.deleted)
        self.assertEqual(1000, question.limit)
        self.assertEqual((("created_at", "desc"), ("uuid", "desc")), question.sort)

    def test_names_become_columns(self):
        question = self.ask(
            ADMIN, image="i", flavor="f", display_description="d", auto_disk_config="true", node="n"
        )
        self.assertEqual(
            {
                "image_id": "i",
                "flavor_id": "f",
                "description": "d",
                "disk_config": "AUTO",
                "node": "n",
            },
            question.equal,
        )

    def test_what_members_may_not_is_dropped(self):
        given = {"host": "h", "deleted": "true", "project_id": "q", "tenant_id": "q", "uuid": "u"}
        question = self.ask(MEMBER, **given)
        self.assertEqual({}, question.equal)
        self.assertEqual("p", question.project_id)
        self.assertIs(False, question.deleted)

    def test_gates(self):
        closed = dataclasses.replace(MEMBER, ip6_for_all=False, more_for_all=False)
        question = self.ask(closed, ip6="fe80", vm_state="error")
        self.assertIsNone(question.ip6)
        self.assertEqual({}, question.equal)
        question = self.ask(MEMBER, ip6="fe80", vm_state="error")
        self.assertEqual("fe80", question.ip6)
        self.assertEqual({"vm_state": "error"}, question.equal)

    def test_other_projects(self):
        self.assertIsNone(self.ask(ADMIN, all_tenants="1").project_id)
        self.assertIsNone(self.ask(ADMIN, all_tenants="").project_id)
        self.assertEqual("p", self.ask(ADMIN, all_tenants="0", tenant_id="q").project_id)
        self.assertEqual("p", self.ask(ADMIN, tenant_id="q").project_id)
        self.assertEqual("q", self.ask(ADMIN, all_tenants="1", project_id="q").project_id)
        self.assertRaises(BadRequest, self.ask, ADMIN, all_tenants="x")

    def test_statuses(self):
        self.assertEqual({"vm_state": ("active",)}, self.ask(status=["ACTIVE"]).equal)
        reboot = self.ask(status=["REBOOT"]).equal
        self.assertEqual(("active",), reboot["vm_state"])
        self.assertIn("rebooting", reboot["task_state"])
        self.assertRaises(BadRequest, self.ask, status=["MELTED"])
        tolerant = dataclasses.replace(MEMBER, unknown_status_refused=False)
        self.assertIsNone(self.ask(tolerant, status=["MELTED"]))

    def test_deleted_ones(self):
        self.assertRaises(Forbidden, self.ask, status=["DELETED"])
        self.assertIs(True, self.ask(ADMIN, status=["DELETED"]).deleted)
        self.assertIsNone(self.ask(ADMIN, status=["DELETED", "ACTIVE"]).deleted)
        self.assertIs(True, self.ask(ADMIN, deleted="true").deleted)
        self.assertIsNone(self.ask(changes_at_since=5).deleted)
        self.assertRaises(BadRequest, self.ask, changes_at_since=5, changes_at_before=4)

    def test_sorting(self):
        question = self.ask(sort_key=["display_name", "image_ref"], sort_dir=["asc"])
        self.assertEqual((("name", "asc"), ("image_id", "asc")), question.sort)
        self.assertRaises(Forbidden, self.ask, sort_key=["host"])
        self.assertEqual((("host", "desc"),), self.ask(ADMIN, sort_key=["host"]).sort)
        early = dataclasses.replace(MEMBER, sort_by_lock=False)
        self.assertRaises(BadRequest, self.ask, early, sort_key=["locked"])
        self.assertRaises(BadRequest, self.ask, sort_key=["uuid"], sort_dir=["asc", "asc"])

    def test_values_that_are_wrong_name_their_filter(self):
        for name, value in (
            ("power_state", "x"),
            ("progress", ""),
            ("config_drive", "maybe"),
            ("created_at", "yesterday"),
            ("locked", "x"),
            ("metadata", ["x"]),
            ("metadata", ['{"a": 1}']),
            ("metadata", ["[]"]),
        ):
            fault = self.assertRaises(BadRequest, self.ask, ADMIN, **{name: value})
            self.assertIn(name, fault.message)

    def test_absent_states(self):
        self.assertEqual({"task_state": None}, self.ask(task_state="None").equal)
        self.assertEqual({"config_drive": False}, self.ask(config_drive="").equal)

    def test_a_page_is_never_longer_than_the_most(self):
        self.assertEqual(1000, self.ask(limit=5000).limit)
        self.assertEqual(0, self.ask(limit=0).limit)
