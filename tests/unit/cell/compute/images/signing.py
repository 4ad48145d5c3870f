# SPDX-License-Identifier: Apache-2.0
"""Somebody who signs images: a key, and its certificate in a folder as hosts have it."""

from __future__ import annotations

import base64
import datetime
import uuid
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from nova_cells.cell.compute.images.signatures import PROPERTIES


class Signer:
    """`certificate`: the id of the certificate, which stands for itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.certificate = str(uuid.uuid4())
        self._key = ec.generate_private_key(ec.SECP384R1())
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{self.certificate}.pem").write_bytes(self._certificate())

    def properties(self, content: bytes) -> dict[str, str]:
        """What an image of these bytes has to say."""
        signature = self._key.sign(content, ec.ECDSA(hashes.SHA256()))
        values = (base64.b64encode(signature).decode(), "SHA-256", "ECC_SECP384R1")
        return dict(zip(PROPERTIES, (*values, self.certificate), strict=True))

    def _certificate(self) -> bytes:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a signer of images")])
        now, day = datetime.datetime.now(datetime.UTC), datetime.timedelta(days=1)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - day)
            .not_valid_after(now + day)
            .sign(self._key, hashes.SHA256())
        )
        return made.public_bytes(Encoding.PEM)
