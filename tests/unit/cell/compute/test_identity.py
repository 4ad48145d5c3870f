# SPDX-License-Identifier: Apache-2.0
"""A host's identity is made once and found again."""

from __future__ import annotations

import tempfile
import unittest
import uuid
from pathlib import Path

from nova_cells.cell.compute.identity import Identities, IdentityDamaged


class IdentityTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.identities = Identities(self.folder)

    def test_made_once_found_again(self):
        made = self.identities.of("h1")
        self.assertEqual(made, str(uuid.UUID(made)))
        self.assertEqual(made, Identities(self.folder).of("h1"))
        self.assertNotEqual(made, self.identities.of("h2"))

    def test_names_can_not_leave_the_folder_or_meet(self):
        names = ["../up", "a/b", "a_b", "..", ".", "é", "a%2fb", "h1.example.org"]
        made = {name: self.identities.of(name) for name in names}
        self.assertEqual(len(names), len(set(made.values())))
        inside = self.folder / "hosts"
        self.assertTrue(all(self.identities.path(name).parent == inside for name in names))
        self.assertEqual([], list(self.folder.parent.glob("up")))

    def test_a_damaged_identity_is_told_and_not_replaced(self):
        self.identities.of("h1")
        self.identities.path("h1").write_text("garbage")
        with self.assertRaisesRegex(IdentityDamaged, "h1.*garbage"):
            self.identities.of("h1")

    def test_the_deployment_is_remembered(self):
        self.assertIsNone(self.identities.deployment())
        self.identities.join("mark")
        self.assertEqual("mark", Identities(self.folder).deployment())
