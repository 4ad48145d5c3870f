# SPDX-License-Identifier: Apache-2.0
"""Default rules by role and project, and what an operator's file changes."""

from __future__ import annotations

from pathlib import Path

import fixtures
import testtools
from oslo_policy.policy import PolicyNotRegistered

from nova_cells.cli import config
from nova_cells.global_api import policies
from nova_cells.global_api.identity import with_implied
from nova_cells.global_api.policies import Policies, list_rules
from nova_cells.global_api.resources.servers import policies as servers
from nova_cells.runtime.context import RequestContext

OWN = {"project_id": "p", "user_id": "u"}
FOREIGN = {"project_id": "q", "user_id": "v"}


def caller(*roles):
    return RequestContext(user_id="u", project_id="p", roles=tuple(with_implied(roles)))


class PolicyTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.file = Path(self.useFixture(fixtures.TempDir()).path) / "policy.yaml"
        settings = self.file.with_name("nova-cells.conf")
        settings.write_text(f"[oslo_policy]\npolicy_file = {self.file}\n")
        self.policies = Policies(config.load([], [str(settings)]))

    def test_roles(self):
        for rule, weakest in (
            (servers.SHOW, "reader"),
            (servers.UPDATE, "member"),
            (servers.FORCED_HOST, "admin"),
        ):
            rank = ("reader", "member", "manager", "admin")
            for role in rank:
                allowed = rank.index(role) >= rank.index(weakest)
                self.assertIs(allowed, self.policies.allows(rule, caller(role), OWN), rule)

    def test_another_project_is_for_administrators(self):
        self.assertFalse(self.policies.allows(servers.SHOW, caller("member"), FOREIGN))
        self.assertTrue(self.policies.allows(servers.SHOW, caller("admin"), FOREIGN))

    def test_a_caller_without_a_project_is_in_none(self):
        nowhere = RequestContext(user_id="u", project_id=None, roles=("member", "reader"))
        for rule in (servers.INDEX, servers.SHOW, servers.CREATE):
            for target in ({"project_id": None}, {"project_id": "None"}, OWN):
                self.assertFalse(self.policies.allows(rule, nowhere, target), (rule, target))

    def test_nobody(self):
        self.assertFalse(self.policies.allows(servers.CROSS_CELL_RESIZE, caller("admin"), OWN))

    def test_an_operators_file_wins_and_takes_effect_by_itself(self):
        self.assertTrue(self.policies.allows(servers.SHOW, caller("member"), OWN))
        self.file.write_text(f'"{servers.SHOW}": "role:admin"\n')
        self.assertTrue(self.policies.allows(servers.SHOW, caller("member"), OWN), "remembered")
        self.policies._forget_at = 0.0
        self.assertFalse(self.policies.allows(servers.SHOW, caller("member"), OWN))

    def test_who_is_an_administrator_is_for_the_operator_to_say(self):
        self.assertTrue(self.policies.makes_admin(caller("admin")))
        self.assertFalse(self.policies.makes_admin(caller("manager")))
        self.assertFalse(self.policies.makes_admin(RequestContext()))
        self.file.write_text('"context_is_admin": "role:boss"\n')
        self.policies._forget_at = 0.0
        self.assertTrue(self.policies.makes_admin(caller("boss")))
        self.assertFalse(self.policies.makes_admin(caller("admin")))

    def test_every_rule_is_listed_once_with_its_place(self):
        rules = list_rules()
        names = [rule.name for rule in rules]
        self.assertEqual(len(names), len(set(names)))
        self.assertIn("os_compute_api:servers:index", names)
        for rule in rules:
            if rule.name.startswith(("os_compute_api:", "compute:")):
                self.assertTrue(rule.operations, rule.name)
                self.assertEqual(["project"], rule.scope_types)

    def test_an_undeclared_rule_is_a_mistake(self):
        context = caller("admin")
        self.assertRaises(PolicyNotRegistered, self.policies.allows, "none", context, OWN)
        self.assertNotIn("none", policies.RULES)
