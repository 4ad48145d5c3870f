# SPDX-License-Identifier: Apache-2.0
"""Whether an image's bytes were signed by whom its properties name, hashed as they come in.

Property names and values are those that OpenStack documents for signed images.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa, utils
from oslo_config import cfg

from nova_cells.cell.compute.drivers.interface import ImageUnusable, ImageUnusableHere
from nova_cells.cell.compute.images.certificates import (
    CertificateFolder,
    CertificateSource,
    check_chain,
    check_valid_now,
)
from nova_cells.objects import ImageFacts

SIGNATURE, METHOD = "img_signature", "img_signature_hash_method"
KEY_TYPE, CERTIFICATE = "img_signature_key_type", "img_signature_certificate_uuid"
PROPERTIES = (SIGNATURE, METHOD, KEY_TYPE, CERTIFICATE)
HASHES: Mapping[str, type[hashes.HashAlgorithm]] = {
    "SHA-224": hashes.SHA224,
    "SHA-256": hashes.SHA256,
    "SHA-384": hashes.SHA384,
    "SHA-512": hashes.SHA512,
}
CURVES = {"ECC_SECP384R1": "secp384r1", "ECC_SECP521R1": "secp521r1"}
"""Those of the documented curves that the cryptography library still has."""


@dataclass(frozen=True)
class Signing:
    """What hosts do about signatures. Without `source` an image's signature is not looked at."""

    source: CertificateSource | None = None
    required: bool = False
    validate: bool = False
    trusted: Sequence[str] = ()

    @classmethod
    def from_conf(cls, conf: cfg.ConfigOpts) -> Signing:
        options = conf.image_signatures
        return cls(
            CertificateFolder(Path(options.certificates)) if options.certificates else None,
            options.required,
            options.validate_certificates,
            tuple(options.default_trusted_certificates),
        )

    def seal_of(self, image: ImageFacts, trusted: Sequence[str] | None) -> Seal | None:
        """What the image's bytes have to be held against; None where nothing is to be checked.

        `trusted`: ids of the certificates that the server's owner believes in, if he says so.
        """
        if not any(name in image.properties for name in PROPERTIES):
            if self.required or trusted:
                raise ImageUnusable("The image is not signed.")
            return None
        if self.source is None:
            if self.required or trusted:
                raise ImageUnusableHere("This host has no certificates to check signatures with.")
            return None
        seal = _seal(image.properties, self.source)
        self._check_certificate(seal.certificate, trusted)
        return seal

    def _check_certificate(
        self, certificate: x509.Certificate, trusted: Sequence[str] | None
    ) -> None:
        assert self.source is not None
        check_valid_now(certificate)
        if trusted or self.validate:
            names: Iterable[str] = trusted or self.trusted
            check_chain(certificate, [self.source.find(name) for name in names])


@dataclass(frozen=True)
class Seal:
    """A signature, and the certificate that it is to be made with."""

    signature: bytes
    method: hashes.HashAlgorithm
    certificate: x509.Certificate
    verify: Callable[[Any, bytes, bytes, hashes.HashAlgorithm], None]

    def watched(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks; `ImageUnusable` after the last where they are not those that were signed."""
        digest = hashes.Hash(self.method)
        for chunk in chunks:
            digest.update(chunk)
            yield chunk
        try:
            key = self.certificate.public_key()
            self.verify(key, self.signature, digest.finalize(), self.method)
        except InvalidSignature:
            raise ImageUnusable("The image does not match its signature.") from None


def _seal(properties: Mapping[str, str], source: CertificateSource) -> Seal:
    missing = [name for name in PROPERTIES if not properties.get(name)]
    if missing:
        raise ImageUnusable(f"The image's signature is not complete: {', '.join(missing)}.")
    method = HASHES.get(properties[METHOD])
    if method is None:
        raise ImageUnusable(f"The image is signed by {properties[METHOD]}, which is not supported.")
    kind = properties[KEY_TYPE]
    try:
        signature = base64.b64decode(properties[SIGNATURE], validate=True)
    except ValueError as broken:
        raise ImageUnusable("The image's signature is not base64.") from broken
    certificate = source.find(properties[CERTIFICATE])
    return Seal(signature, method(), certificate, _verifier(kind, certificate))


def _verifier(
    kind: str, certificate: x509.Certificate
) -> Callable[[Any, bytes, bytes, hashes.HashAlgorithm], None]:
    """How keys of this type are used; the certificate's key has to be of it."""
    try:
        key = certificate.public_key()
    except (ValueError, TypeError, LookupError) as unknown:  # a curve or key nobody knows
        raise ImageUnusable("The certificate's key can't be used.", str(unknown)) from unknown
    if kind == "RSA-PSS" and isinstance(key, rsa.RSAPublicKey):
        return _verify_rsa
    if kind == "DSA" and isinstance(key, dsa.DSAPublicKey):
        return _verify_dsa
    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name == CURVES.get(kind):
        return _verify_ecc
    if kind not in ("RSA-PSS", "DSA", *CURVES):
        raise ImageUnusable(f"The image is signed with a key of type {kind}, not supported here.")
    raise ImageUnusable(f"The image's certificate has no key of type {kind}.")


def _verify_rsa(key: Any, signature: bytes, digest: bytes, method: hashes.HashAlgorithm) -> None:
    filled = padding.PSS(padding.MGF1(method), padding.PSS.AUTO)
    key.verify(signature, digest, filled, utils.Prehashed(method))


def _verify_dsa(key: Any, signature: bytes, digest: bytes, method: hashes.HashAlgorithm) -> None:
    key.verify(signature, digest, utils.Prehashed(method))


def _verify_ecc(key: Any, signature: bytes, digest: bytes, method: hashes.HashAlgorithm) -> None:
    key.verify(signature, digest, ec.ECDSA(utils.Prehashed(method)))
