# SPDX-License-Identifier: Apache-2.0
"""Signed images: every documented kind of key, and each way in which a signature is no good."""

from __future__ import annotations

import base64
import datetime
import hashlib
import tempfile
import unittest
import uuid
from functools import cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from nova_cells.cell.compute.drivers.interface import ImageUnusable
from nova_cells.cell.compute.images.cache import ImageCache
from nova_cells.cell.compute.images.certificates import CertificateFolder
from nova_cells.cell.compute.images.qemu_img import Limits
from nova_cells.cell.compute.images.signatures import HASHES, PROPERTIES, Signing
from nova_cells.objects import ImageFacts

CONTENT = b"bytes of a disk".ljust(4096, b"\0")
DAY = datetime.timedelta(days=1)


@cache
def keys() -> dict[str, Any]:
    return {
        "RSA-PSS": rsa.generate_private_key(65537, 2048),
        "DSA": dsa.generate_private_key(1024),
        "ECC_SECP384R1": ec.generate_private_key(ec.SECP384R1()),
        "ECC_SECP521R1": ec.generate_private_key(ec.SECP521R1()),
    }


def sign(kind: str, method: hashes.HashAlgorithm, content: bytes = CONTENT) -> bytes:
    key = keys()[kind]
    if kind == "RSA-PSS":
        return key.sign(content, padding.PSS(padding.MGF1(method), padding.PSS.MAX_LENGTH), method)
    return key.sign(content, method) if kind == "DSA" else key.sign(content, ec.ECDSA(method))


def name_of(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class SignaturesTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.signing = Signing(CertificateFolder(self.folder))

    def certificate(
        self,
        kind: str = "RSA-PSS",
        *,
        issuer: str | None = None,
        ca: bool | None = None,
        subject: str | None = None,
        days: tuple[int, int] = (-1, 1),
        issuer_kind: str = "ECC_SECP384R1",
    ) -> str:
        """The id of a new certificate in the folder; without an issuer it stands for itself."""
        signer = keys()[issuer_kind if issuer else kind]
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(name_of(subject or kind))
            .issuer_name(name_of(issuer or subject or kind))
            .public_key(keys()[kind].public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + days[0] * DAY)
            .not_valid_after(now + days[1] * DAY)
        )
        if ca is not None:
            builder = builder.add_extension(x509.BasicConstraints(ca, None), critical=True)
        made = builder.sign(signer, hashes.SHA256())
        name = str(uuid.uuid4())
        (self.folder / f"{name}.pem").write_bytes(made.public_bytes(Encoding.PEM))
        return name

    def image(self, certificate: str, kind: str = "RSA-PSS", **changes: str) -> ImageFacts:
        method = changes.pop("method", "SHA-256")
        signature = base64.b64encode(sign(kind, HASHES[method]())).decode()
        values = dict(zip(PROPERTIES, (signature, method, kind, certificate), strict=True))
        return ImageFacts(
            id="i", size=len(CONTENT), disk_format="raw", properties={**values, **changes}
        )

    def read(
        self, image: ImageFacts, trusted: list[str] | None = None, content: bytes = CONTENT
    ) -> None:
        seal = self.signing.seal_of(image, trusted)
        assert seal is not None
        chunks = [content[:100], content[100:]]
        self.assertEqual(chunks, list(seal.watched(chunks)))

    def refused(self, words: str, *arguments: Any, **more: Any) -> None:
        with self.assertRaisesRegex(ImageUnusable, words):
            self.read(*arguments, **more)

    def test_every_kind_of_key_and_hash(self) -> None:
        for kind in keys():
            certificate = self.certificate(kind)
            for method in HASHES:
                with self.subTest(kind=kind, method=method):
                    image = self.image(certificate, kind, method=method)
                    self.read(image)
                    self.refused("does not match its signature", image, content=CONTENT[:-1] + b"!")

    def test_what_is_not_as_it_is_documented(self) -> None:
        certificate = self.certificate()
        for words, changes in (
            ("not complete: img_signature_key_type", {"img_signature_key_type": ""}),
            ("signed by SHA-1", {"img_signature_hash_method": "SHA-1"}),
            ("not base64", {"img_signature": "%%%"}),
            ("type ECC_SECT571K1, not supported", {"img_signature_key_type": "ECC_SECT571K1"}),
            ("no key of type DSA", {"img_signature_key_type": "DSA"}),
            ("no key of type ECC_SECP384R1", {"img_signature_key_type": "ECC_SECP384R1"}),
            ("no certificate ../../x", {"img_signature_certificate_uuid": "../../x"}),
            ("does not match", {"img_signature_hash_method": "SHA-512"}),
        ):
            with self.subTest(words=words):
                self.refused(words, self.image(certificate, **changes))
        self.refused("no certificate", self.image(str(uuid.uuid4())))

    def test_a_certificate_out_of_its_time(self) -> None:
        self.refused("has expired", self.image(self.certificate(days=(-3, -1))))
        self.refused("not valid yet", self.image(self.certificate(days=(1, 3))))

    def test_a_chain_to_a_trusted_certificate(self) -> None:
        root = self.certificate("ECC_SECP384R1", subject="root", ca=True)
        middle = self.certificate("ECC_SECP521R1", subject="middle", issuer="root", ca=True)
        leaf = self.certificate(issuer="middle", issuer_kind="ECC_SECP521R1")
        image = self.image(leaf)
        self.read(image, [root, middle])
        self.refused("vouches for", image, [root])
        self.refused("vouches for", image, [middle])
        self.refused("no certificate", image, [str(uuid.uuid4())])

    def test_one_that_may_not_vouch_for_others(self) -> None:
        for ca in (None, False):
            root = self.certificate("ECC_SECP384R1", subject="root", ca=ca)
            self.refused("may not vouch", self.image(self.certificate(issuer="root")), [root])
        old = self.certificate("ECC_SECP384R1", subject="root", ca=True, days=(-3, -1))
        self.refused("has expired", self.image(self.certificate(issuer="root")), [old])

    def test_one_that_is_trusted_itself(self) -> None:
        alone = self.certificate()
        self.read(self.image(alone), [alone])

    def test_what_the_configuration_asks_of_all_images(self) -> None:
        root, other = self.certificate("ECC_SECP384R1", subject="root", ca=True), self.certificate()
        plain = ImageFacts(id="i")
        self.assertIsNone(self.signing.seal_of(plain, None))
        self.refused("not signed", plain, [root])
        self.signing = Signing(CertificateFolder(self.folder), required=True)
        self.refused("not signed", plain)
        self.signing = Signing(CertificateFolder(self.folder), validate=True, trusted=[root])
        self.read(self.image(self.certificate(issuer="root")))
        self.refused("vouches for", self.image(other))
        self.read(self.image(other), [other])
        self.signing = Signing()
        self.assertIsNone(self.signing.seal_of(self.image(other), None))
        self.refused("no certificates to check", self.image(other), [other])

    def test_the_cache_keeps_nothing_that_is_forged_and_checks_what_it_has(self) -> None:
        class Source:
            content, downloads = CONTENT[::-1], 0

            def chunks(self, image_id: str) -> Any:
                self.downloads += 1
                yield self.content

        source, folder = Source(), self.folder / "cache"
        image = self.image(self.certificate())
        image.hash_algo, image.hash_value = "sha256", hashlib.sha256(source.content).hexdigest()
        checking = ImageCache(folder, source, Limits(), signing=self.signing)
        with self.assertRaisesRegex(ImageUnusable, "does not match its signature"):
            checking.fetch(image)
        self.assertEqual([], [path for path in folder.iterdir() if path.is_file()])
        ImageCache(folder, source, Limits()).fetch(image)
        with self.assertRaisesRegex(ImageUnusable, "does not match its signature"):
            checking.fetch(image)
        source.content, image.hash_value = CONTENT, hashlib.sha256(CONTENT).hexdigest()
        source.downloads = 0
        checking.fetch(image)
        checking.fetch(image)
        self.assertEqual(1, source.downloads)
        other = self.certificate("ECC_SECP384R1", subject="root", ca=True)
        with self.assertRaisesRegex(ImageUnusable, "vouches for"):
            checking.fetch(image, trusted=[other])
