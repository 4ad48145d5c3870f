# SPDX-License-Identifier: Apache-2.0
"""Keys of encrypted volumes: where they come from, and that faults never quote them."""

from __future__ import annotations

import unittest
from unittest import mock

from castellan.common import exception
from castellan.common.objects.symmetric_key import SymmetricKey

from nova_cells.cli import config
from nova_cells.clients import keys
from nova_cells.clients.keys.fixed import ID, FixedKey
from nova_cells.clients.keys.manager import ManagedKeys
from nova_cells.clients.service_faults import Forbidden, NotThere, Unavailable

DIGITS = "00ff" * 16


class KeysTest(unittest.TestCase):
    def made(self, **options: str) -> keys.KeyService | None:
        conf = config.load()
        for name, value in options.items():
            conf.set_override(name, value, group="volume_keys")
        return keys.from_conf(conf)

    def test_a_cell_has_none_unless_it_is_told(self) -> None:
        self.assertIsNone(self.made())

    def test_one_key_for_all(self) -> None:
        made = self.made(source="fixed", fixed_key=DIGITS)
        assert isinstance(made, FixedKey)
        self.assertEqual(DIGITS, made.passphrase(ID))
        self.assertRaises(NotThere, made.passphrase, "other")

    def test_a_key_manager_is_asked(self) -> None:
        made = self.made(source="castellan")
        assert isinstance(made, ManagedKeys)
        with (
            mock.patch.object(made, "_keys") as manager,
            mock.patch("nova_cells.clients.keys.manager.credential_factory"),
        ):
            manager.get.return_value = SymmetricKey("AES", 256, bytes.fromhex(DIGITS))
            self.assertEqual(DIGITS, made.passphrase("k"))
            for told, raised in (
                (exception.ManagedObjectNotFoundError(uuid="k"), NotThere),
                (exception.Forbidden(), Forbidden),
                (exception.KeyManagerError(reason=DIGITS), Unavailable),
            ):
                manager.get.side_effect = told
                with self.assertRaises(raised) as caught:
                    made.passphrase("k")
                self.assertNotIn(DIGITS, f"{caught.exception} {caught.exception.detail}")
