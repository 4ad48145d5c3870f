# SPDX-License-Identifier: Apache-2.0
"""The oslopolicy commands with our rules, run as an operator runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import fixtures
import testtools
import yaml

from nova_cells.global_api.policies import list_rules

NAME = "os_compute_api:servers:"
TOKEN = {"user": {"id": "u"}, "project": {"id": "p"}, "roles": [{"name": "member"}]}


class OslopolicyTest(testtools.TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.folder = Path(self.useFixture(fixtures.TempDir()).path)
        self.policy = self.folder / "policy.yaml"
        self.conf = self.folder / "nova-cells.conf"
        self.conf.write_text(f"[oslo_policy]\npolicy_file = {self.policy}\n")

    def run_command(self, name: str, *words: str) -> subprocess.CompletedProcess[str]:
        command = Path(sys.executable).parent / f"oslopolicy-{name}"
        return subprocess.run(
            [str(command), *words],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PYTHONWARNINGS": "ignore"},
        )

    def said(self, name: str, *words: str) -> str:
        done = self.run_command(name, *words)
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout

    def given(self, name: str) -> tuple[str, ...]:
        return (name, "--namespace", "nova", "--config-file", str(self.conf))

    def test_a_sample_names_every_rule_and_what_it_covers(self):
        for namespace in ("nova", "nova_cells"):
            sample = self.said("sample-generator", "--namespace", namespace)
            for rule in list_rules():
                self.assertIn(f'#"{rule.name}": "{rule.check_str}"', sample)
            self.assertIn("# GET  /servers/{server_id}\n", sample)

    def test_what_is_in_force_is_the_file_over_the_defaults(self):
        self.policy.write_text(f'"{NAME}stop": "role:boss"\n')
        in_force = yaml.safe_load(self.said(*self.given("policy-generator")))
        self.assertEqual("role:boss", in_force[f"{NAME}stop"])
        self.assertEqual("rule:project_member_or_admin", in_force[f"{NAME}start"])

    def test_what_a_file_says_for_nothing(self):
        self.policy.write_text(
            f'"{NAME}stop": "role:boss"\n"{NAME}start": "rule:project_member_or_admin"\n'
        )
        self.assertEqual(
            f'"{NAME}start": "rule:project_member_or_admin"\n',
            self.said(*self.given("list-redundant")),
        )

    def test_a_mistake_in_a_file_is_told(self):
        self.policy.write_text(f'"{NAME}stop": "rule:project_reader_or_admin"\n')
        self.said(*self.given("validator"))
        self.policy.write_text(f'"{NAME}halt": "role:boss"\n')
        done = self.run_command(*self.given("validator"))
        self.assertEqual(1, done.returncode)
        self.assertIn(f"{NAME}halt", done.stdout + done.stderr)

    def test_what_a_token_may(self):
        everything = self.folder / "all.yaml"
        everything.write_text(self.said("policy-generator", "--namespace", "nova"))
        access = self.folder / "token.json"
        access.write_text(json.dumps({"token": TOKEN}))
        words = ("checker", "--policy", str(everything), "--access", str(access))
        told = self.said(*words).splitlines()
        self.assertIn(f"passed: {NAME}stop", told)
        self.assertIn(f"failed: {NAME}create:forced_host", told)
