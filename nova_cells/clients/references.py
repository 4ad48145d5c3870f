# SPDX-License-Identifier: Apache-2.0
"""URLs with passwords, kept elsewhere: `file:/path`, `env:NAME` or `castellan:ID` in their place.

A reference is looked up whenever the URL is needed, so that a new password takes effect without a
restart; what was found is never stored, logged or shown. A key manager is asked now and then.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

FILE = "file"
ENVIRONMENT = "env"
CASTELLAN = "castellan"
ASK_AGAIN = 30.0
"""Seconds: references are looked up every second, and a key manager is another service."""

_kept: dict[str, tuple[float, str]] = {}


class SecretMissing(Exception):
    """What a reference names can't be read; the text says which reference, never a secret."""


def is_reference(text: str) -> bool:
    """Whether this names a place rather than being the URL."""
    return text.partition(":")[0] in (FILE, ENVIRONMENT, CASTELLAN)


def resolve(text: str, conf: Any = None) -> str:
    """The URL behind a reference; anything else is returned as it is.

    `conf` says in [key_manager] where a key manager is.
    """
    kind, _, where = text.partition(":")
    if kind == FILE:
        try:
            found = Path(where.removeprefix("//")).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SecretMissing(f"{text} can't be read: {type(error).__name__}") from None
    elif kind == ENVIRONMENT:
        found = os.environ.get(where, "").strip()
    elif kind == CASTELLAN:
        found = _managed(text, where, conf)
    else:
        return text
    if not found:
        raise SecretMissing(f"{text} is empty or not set for this process")
    return found


def _managed(text: str, where: str, conf: Any) -> str:
    known = _kept.get(where)
    if known is not None and time.monotonic() - known[0] < ASK_AGAIN:
        return known[1]
    if conf is None:
        raise SecretMissing(f"{text} can't be read: no key manager is configured here")
    # Its library is large, and few need it.
    from nova_cells.clients.keys.manager import ManagedKeys
    from nova_cells.clients.service_faults import ServiceFault

    try:
        found = ManagedKeys(conf).secret(where).strip()
    except ServiceFault as fault:
        raise SecretMissing(f"{text} can't be read: {type(fault).__name__}") from None
    _kept[where] = time.monotonic(), found
    return found


def masked(text: str) -> str:
    """A URL without its password; a reference as it is."""
    if is_reference(text):
        return text
    parts = urlsplit(text)
    where = parts.hostname or ""
    if parts.port:
        where = f"{where}:{parts.port}"
    if parts.username:
        where = f"{parts.username}:***@{where}"
    return parts._replace(netloc=where, query="").geturl()
