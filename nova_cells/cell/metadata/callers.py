# SPDX-License-Identifier: Apache-2.0
"""Which guest a request is of: by a proxy's word, or by the address it comes from.

A proxy's word counts only with its signature. What a guest itself says of where it comes from never
counts: whoever believed it would show it what is another's.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import re
from typing import Any, Protocol

LOG = logging.getLogger(__name__)

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


class Refusal(Exception):
    """The request is answered with this status, and a sentence for who runs the proxy."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Callers(Protocol):
    """Answers the guest's key, and the project it must be of where that was said too."""

    def __call__(self, environ: dict[str, Any]) -> tuple[str, str | None]: ...


class SignedByProxy:
    """The headers of a network service's metadata proxy."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def __call__(self, environ: dict[str, Any]) -> tuple[str, str | None]:
        uuid = _one(environ, "X-Instance-ID")
        project = _one(environ, "X-Tenant-ID")
        given = _one(environ, "X-Instance-ID-Signature")
        if not hmac.compare_digest(self._signature(uuid), given.encode("latin-1")):
            LOG.warning("a request for %.40r is not signed with our secret", uuid)
            raise Refusal(403, "Invalid proxy request signature.")
        if not _UUID.fullmatch(uuid):
            raise Refusal(404, "There is no such guest.")
        return uuid.lower(), project

    def _signature(self, uuid: str) -> bytes:
        words = uuid.encode("latin-1")
        return hmac.new(self._secret, words, hashlib.sha256).hexdigest().encode()


class ByAddress:
    """On a host's local network, where no guest can pretend to have another's address."""

    def __call__(self, environ: dict[str, Any]) -> tuple[str, str | None]:
        return str(environ["REMOTE_ADDR"]), None


def _one(environ: dict[str, Any], header: str) -> str:
    value = str(environ.get(f"HTTP_{header.upper().replace('-', '_')}", "")).strip()
    if not value:
        raise Refusal(400, f"{header} is missing from the request.")
    if "," in value:
        raise Refusal(400, f"{header} is in the request more than once.")
    return value
