# SPDX-License-Identifier: Apache-2.0
"""Reading and making keys."""

from __future__ import annotations

import unittest

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from nova_cells.global_api.resources.keypairs import keys

RSA = (
    "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQDHEqQwE7xO7AnDAhyGIBfFWtV2Ydq00tEtoWn+Bt3sCt7dnEuJmPg0"
    "Yzq4oXo5uyHPaPNf9W9vCRz2oEJbfAj0WEUJ6SlfqcBRJXVDqLkDdUGsWlGU+5aJQg9fpaM4W94M8m6qHv2YsKt7n9Jr"
    "h6zYM7lmV3yTwvCtwWFI5AN8uw== me"
)


class KeysTest(unittest.TestCase):
    def test_generated_ssh_key(self) -> None:
        made = keys.generate(keys.SSH, "mia")
        private = serialization.load_pem_private_key(made.private_key.encode(), None)
        public = serialization.load_ssh_public_key(made.public_key.encode())
        self.assertEqual(private.public_key().public_numbers(), public.public_numbers())
        self.assertEqual(2048, public.key_size)
        self.assertRegex(keys.fingerprint(keys.SSH, made.public_key), r"^(..:){15}..$")

    def test_generated_certificate(self) -> None:
        made = keys.generate(keys.X509, "mia")
        certificate = x509.load_pem_x509_certificate(made.public_key.encode())
        self.assertEqual("CN=mia", certificate.subject.rfc4514_string())
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        (principal,) = names.value
        self.assertEqual(b"\x0c\x0dmia@localhost", principal.value)
        self.assertEqual(
            certificate.fingerprint(hashes.SHA1()).hex(),
            keys.fingerprint(keys.X509, made.public_key).replace(":", ""),
        )

    def test_long_user_ids(self) -> None:
        made = keys.generate(keys.X509, "ü" * 255)
        self.assertTrue(keys.fingerprint(keys.X509, made.public_key))

    def test_what_is_no_key(self) -> None:
        for kind, text in (
            (keys.SSH, ""),
            (keys.SSH, "ssh-rsa"),
            (keys.SSH, "ssh-rsa ????"),
            (keys.SSH, "ssh-rsa AAAA"),
            (keys.SSH, RSA.replace("ssh-rsa", "ssh-dss")),
            (keys.SSH, "ssh-rsa ünicode"),
            (keys.SSH, "ssh-rsa AAAAB3NzaC1yc2E="),
            (keys.X509, RSA),
            (keys.X509, ""),
            (keys.X509, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ):
            with self.subTest(kind=kind, text=text), self.assertRaises(keys.NotAKey):
                keys.fingerprint(kind, text)

    def test_comment_does_not_matter(self) -> None:
        bare = " ".join(RSA.split()[:2])
        self.assertEqual(keys.fingerprint(keys.SSH, bare), keys.fingerprint(keys.SSH, RSA))
        self.assertEqual(keys.fingerprint(keys.SSH, bare), keys.fingerprint(keys.SSH, f"{bare}\n"))
