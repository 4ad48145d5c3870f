# SPDX-License-Identifier: Apache-2.0
"""Certificates by id, and whether one of them may be believed because of others.

A folder of PEM files plays the key manager; `CertificateSource` is the seam where a service goes.
"""

from __future__ import annotations

import datetime
import uuid as uuids
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from nova_cells.cell.compute.drivers.interface import ImageUnusable, ImageUnusableHere

LONGEST_CHAIN = 10


class CertificateSource(Protocol):
    """Where certificates are kept."""

    def find(self, certificate_id: str) -> x509.Certificate:
        """The certificate; `ImageUnusable` in words for the server's owner where there is none."""


class CertificateFolder:
    """One file a certificate: its id with .pem."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find(self, certificate_id: str) -> x509.Certificate:
        try:
            name = str(uuids.UUID(certificate_id))
            return x509.load_pem_x509_certificate((self._folder / f"{name}.pem").read_bytes())
        except (OSError, ValueError) as absent:
            message = f"The host has no certificate {certificate_id}."
            raise ImageUnusableHere(message, str(absent)) from absent


def check_valid_now(certificate: x509.Certificate) -> None:
    """Refuse one before its time or after it."""
    now = datetime.datetime.now(datetime.UTC)
    if now < certificate.not_valid_before_utc:
        raise ImageUnusable(f"The certificate of {_name(certificate)} is not valid yet.")
    if now > certificate.not_valid_after_utc:
        raise ImageUnusable(f"The certificate of {_name(certificate)} has expired.")


def check_chain(certificate: x509.Certificate, trusted: Iterable[x509.Certificate]) -> None:
    """Refuse a certificate that does not lead to a trusted one that stands for itself."""
    known, current = list(trusted), certificate
    for below in range(LONGEST_CHAIN):
        check_valid_now(current)
        if current in known and _issued(current, current):
            return
        issuer = next((each for each in known if each != current and _issued(current, each)), None)
        if issuer is None:
            break
        _check_may_issue(issuer, below)
        current = issuer
    raise ImageUnusable(
        f"The image is signed by {_name(certificate)}, which none of the trusted certificates "
        "vouches for."
    )


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _check_may_issue(issuer: x509.Certificate, below: int) -> None:
    """`below`: how many certificates of the chain have issued others on the way to this one."""
    try:
        basic = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (x509.ExtensionNotFound, ValueError) as plain:
        raise ImageUnusable(f"{_name(issuer)} may not vouch for others.") from plain
    if not basic.ca or (basic.path_length is not None and basic.path_length < below):
        raise ImageUnusable(f"{_name(issuer)} may not vouch for others.")
    try:
        usage = issuer.extensions.get_extension_for_class(x509.KeyUsage).value
    except (x509.ExtensionNotFound, ValueError):
        return
    if not usage.key_cert_sign:
        raise ImageUnusable(f"{_name(issuer)} may not vouch for others.")


def _name(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string() or "somebody without a name"
