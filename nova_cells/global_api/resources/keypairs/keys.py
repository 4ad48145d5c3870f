# SPDX-License-Identifier: Apache-2.0
"""Reading and making keys. A private key goes to the client once and is kept nowhere."""

from __future__ import annotations

import base64
import binascii
import datetime
import hashlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

SSH = "ssh"
X509 = "x509"

_BITS = 2048
_YEARS = 10
_PRINCIPAL_NAME = ObjectIdentifier("1.3.6.1.4.1.311.20.2.3")
_DER_UTF8 = 0x0C
_LONGEST_NAME = 64  # bytes


class NotAKey(Exception):
    """The text is not a public key of the type it is said to be."""


@dataclass(frozen=True)
class Generated:
    """A new pair of keys."""

    public_key: str
    private_key: str


def fingerprint(kind: str, public_key: str) -> str:
    """The fingerprint as the public API shows it: MD5 of an ssh key, SHA-1 of a certificate."""
    return _of_certificate(public_key) if kind == X509 else _of_ssh_key(public_key)


def generate(kind: str, user_id: str) -> Generated:
    """A new RSA key; for x509 in a self-signed certificate that lets `user_id` log in."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()
    if kind == X509:
        return Generated(_certificate(key, user_id), private)
    public = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return Generated(f"{public.decode()} Generated-by-nova-cells", private)


def _of_ssh_key(public_key: str) -> str:
    """A key line is "type base64 comment", and the base64 begins with the type again."""
    try:
        kind, encoded = public_key.split(None, 2)[:2]
        blob = base64.b64decode(encoded.encode("ascii"), validate=True)
    except (ValueError, binascii.Error) as error:
        raise NotAKey from error
    length = int.from_bytes(blob[:4], "big")
    if blob[4 : 4 + length] != kind.encode() or len(blob) <= 4 + length:
        raise NotAKey
    return _with_colons(hashlib.md5(blob, usedforsecurity=False).hexdigest())


def _of_certificate(text: str) -> str:
    try:
        certificate = x509.load_pem_x509_certificate(text.encode())
    except ValueError as error:
        raise NotAKey from error
    return _with_colons(certificate.fingerprint(hashes.SHA1()).hex())


def _with_colons(digest: str) -> str:
    return ":".join(digest[at : at + 2] for at in range(0, len(digest), 2))


def _certificate(key: rsa.RSAPrivateKey, user_id: str) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _short(user_id))])
    start = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + datetime.timedelta(days=365 * _YEARS))
        .add_extension(x509.SubjectAlternativeName([_principal(user_id)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    )
    certificate = builder.sign(key, hashes.SHA256())
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _principal(user_id: str) -> x509.OtherName:
    """`user_id@localhost` as a DER UTF8String: the name remote management maps to an account."""
    text = f"{_short(user_id)}@localhost".encode()
    return x509.OtherName(_PRINCIPAL_NAME, bytes((_DER_UTF8, len(text))) + text)


def _short(user_id: str) -> str:
    """A user's id as far as a certificate's name can hold it."""
    return user_id.encode()[:_LONGEST_NAME].decode(errors="ignore") or "user"
