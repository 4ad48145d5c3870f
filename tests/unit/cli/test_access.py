# SPDX-License-Identifier: Apache-2.0
"""The client files of a trial cloud."""

import re
import unittest

import yaml

from nova_cells.cli import access

ENDPOINT = "http://127.0.0.1:8774/v2.1"


class Access(unittest.TestCase):
    def test_tokens_name_user_project_and_roles(self) -> None:
        form = re.compile(r"[^:]+:[0-9a-f-]+(:[a-z,]+)?")
        tokens = access.noauth_tokens()
        self.assertEqual({"admin", "member", "reader", "other"}, set(tokens))
        for token in tokens.values():
            self.assertRegex(token, f"^{form.pattern}$")
        self.assertNotEqual(tokens["other"].split(":")[1], tokens["member"].split(":")[1])

    def test_document_has_what_the_command_promises(self) -> None:
        document = access.document(ENDPOINT, {"blank": "1"}, {"m1.tiny": "1"}, noauth=True)
        self.assertEqual({"endpoint", "project", "tokens", "images", "flavors"}, set(document))
        keystone = access.document(ENDPOINT, {}, {"m1.tiny": "1"}, noauth=False)
        self.assertEqual((set(document), {}), (set(keystone), keystone["tokens"]))

    def test_clouds_has_a_cloud_a_persona(self) -> None:
        clouds = yaml.safe_load(access.noauth_clouds(ENDPOINT, access.noauth_tokens()))["clouds"]
        self.assertEqual(4, len(clouds))
        self.assertEqual("admin_token", clouds["nova-cells-reader"]["auth_type"])
