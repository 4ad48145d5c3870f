# SPDX-License-Identifier: Apache-2.0
"""Default rules by role and project, and what an operator's file changes."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import fixtures
import testtools
from oslo_policy.policy import PolicyNotRegistered

from nova_cells.cli import config
from nova_cells.global_api import policies
from nova_cells.global_api.identity import with_implied
from nova_cells.global_api.policies import Policies, list_rules
from nova_cells.global_api.resources.server_actions import policies as server_actions
from nova_cells.global_api.resources.servers import policies as servers
from nova_cells.runtime.context import RequestContext

DEFAULTS = {
    "any": "@",
    "nobody": "!",
    "admin": "rule:context_is_admin",
    "service": "rule:service_or_admin",
    "own-user": "rule:context_is_admin or user_id:%(user_id)s",
    **{role: f"rule:project_{role}_or_admin" for role in ("reader", "member", "manager")},
}
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
        self.assertFalse(self.policies.allows(server_actions.CROSS_CELL, caller("admin"), OWN))

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

    def test_names_and_defaults_are_those_of_the_api(self):
        text = (Path(__file__).parent / "policy_names.txt").read_text()
        told = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
        expected = {name: DEFAULTS[who] for name, who in told}
        base = {name for name, _check, _description in policies.BASE}
        declared = {rule.name: rule.check_str for rule in list_rules() if rule.name not in base}
        self.assertEqual(expected, declared)

    def test_a_file_of_another_release_keeps_its_meaning(self):
        """Older names of rules, and the credential they looked at."""
        admin = dataclasses.replace(caller("admin"), is_admin=True)
        for check in ("is_admin:True", "rule:admin_api", "rule:context_is_admin"):
            self.file.write_text(f'"{servers.SHOW}": "{check}"\n')
            self.policies._forget_at = 0.0
            self.assertTrue(self.policies.allows(servers.SHOW, admin, FOREIGN), check)
            self.assertFalse(self.policies.allows(servers.SHOW, caller("member"), OWN), check)
        self.file.write_text(f'"{servers.UPDATE}": "rule:admin_or_owner"\n')
        self.policies._forget_at = 0.0
        self.assertTrue(self.policies.allows(servers.UPDATE, caller("reader"), OWN))
        self.assertFalse(self.policies.allows(servers.UPDATE, caller("reader"), FOREIGN))

    def test_a_token_of_the_system_is_out_of_scope(self):
        nowhere = RequestContext(user_id="u", roles=("admin",), system_scope="all")
        self.assertFalse(self.policies.allows(servers.SHOW, nowhere, OWN))

    def test_a_rule_has_one_place(self):
        for name in ("context_is_admin", servers.SHOW):
            self.assertRaises(ValueError, policies.admin, name, "Again.", "GET /")

    def test_an_undeclared_rule_is_a_mistake(self):
        context = caller("admin")
        self.assertRaises(PolicyNotRegistered, self.policies.allows, "none", context, OWN)
        self.assertNotIn("none", policies.RULES)
