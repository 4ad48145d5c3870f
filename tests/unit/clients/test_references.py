# SPDX-License-Identifier: Apache-2.0
"""Where URLs with passwords are kept, and that they are shown nowhere else."""

from __future__ import annotations

import os
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from castellan.common import exception
from castellan.common.objects.passphrase import Passphrase
from oslo_config import cfg

from nova_cells.clients import references

URL = "rabbit://nova:very-secret@broker/east"


class ReferenceTest(unittest.TestCase):
    def test_a_file(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "url"
            path.write_text(URL + "\n")
            self.assertEqual(URL, references.resolve(f"file:{path}"))
        with self.assertRaisesRegex(references.SecretMissing, "FileNotFoundError"):
            references.resolve(f"file:{path}")

    def test_the_environment(self) -> None:
        with mock.patch.dict(os.environ, {"EAST_BUS": URL}):
            self.assertEqual(URL, references.resolve("env:EAST_BUS"))
        with self.assertRaisesRegex(references.SecretMissing, "env:EAST_BUS is empty or not set"):
            references.resolve("env:EAST_BUS")

    def test_a_url_is_itself_and_shown_without_its_password(self) -> None:
        self.assertEqual(URL, references.resolve(URL))
        self.assertEqual("rabbit://nova:***@broker/east", references.masked(URL))
        self.assertEqual("castellan:17", references.masked("castellan:17"))


class KeyManagerTest(unittest.TestCase):
    def setUp(self) -> None:
        known = mock.patch.dict(references._kept, clear=True)
        known.start()
        self.addCleanup(known.stop)
        made = mock.patch("castellan.key_manager.API")
        self.manager = made.start().return_value
        self.addCleanup(made.stop)
        asked = mock.patch("nova_cells.clients.keys.manager.credential_factory")
        asked.start()
        self.addCleanup(asked.stop)
        self.conf = cfg.ConfigOpts()

    def test_a_key_manager_is_asked_now_and_then(self) -> None:
        self.manager.get.return_value = Passphrase(URL.encode())
        self.assertEqual(URL, references.resolve("castellan:17", self.conf))
        self.assertEqual(URL, references.resolve("castellan:17", self.conf))
        self.assertEqual(1, self.manager.get.call_count)
        asked, text = references._kept["17"]
        references._kept["17"] = (asked - references.ASK_AGAIN, text)
        self.manager.get.return_value = Passphrase(b"rabbit://other")
        self.assertEqual("rabbit://other", references.resolve("castellan:17", self.conf))

    def test_what_it_says_of_a_secret_is_not_told(self) -> None:
        for told in (
            exception.ManagedObjectNotFoundError(uuid=URL),
            exception.Forbidden(URL),
            exception.KeyManagerError(reason=URL),
        ):
            self.manager.get.side_effect = told
            with self.assertRaises(references.SecretMissing) as caught:
                references.resolve("castellan:17", self.conf)
            self.assertIn("castellan:17 can't be read", str(caught.exception))
            self.assertNotIn("very-secret", str(caught.exception))
        self.manager.get.side_effect = None
        self.manager.get.return_value = Passphrase(b"\xff\xfe")
        with self.assertRaisesRegex(references.SecretMissing, "NotThere"):
            references.resolve("castellan:17", self.conf)

    def test_without_one_that_is_said(self) -> None:
        with self.assertRaisesRegex(references.SecretMissing, "no key manager"):
            references.resolve("castellan:17")
