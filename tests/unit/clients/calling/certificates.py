# SPDX-License-Identifier: Apache-2.0
"""A certification authority for one test, and a certificate of 127.0.0.1 by it."""

from __future__ import annotations

import datetime
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def authority(folder: Path, name: str) -> tuple[Path, Path]:
    """(certificate of the authority, key and certificate it gave to 127.0.0.1)."""
    ca_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    issuer, subject = _named(name), _named("127.0.0.1")
    ca = _certificate(issuer, issuer, ca_key.public_key(), ca=True).sign(ca_key, hashes.SHA256())
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = _certificate(subject, issuer, key.public_key(), ca=False)
    leaf = made.add_extension(here, critical=False).sign(ca_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    of_authority, of_service = folder / f"{name}-ca.pem", folder / f"{name}.pem"
    of_authority.write_bytes(ca.public_bytes(pem))
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    of_service.write_bytes(private + leaf.public_bytes(pem))
    return of_authority, of_service


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, *, ca: bool
) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    hour = datetime.timedelta(hours=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - hour)
        .not_valid_after(now + hour)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
