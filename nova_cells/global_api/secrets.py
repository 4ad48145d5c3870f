# SPDX-License-Identifier: Apache-2.0
"""URLs with passwords, kept elsewhere: `file:/path` or `env:NAME` in place of the URL itself.

A reference is looked up whenever the URL is needed, so that a new password takes effect without a
restart; what was found is never stored, logged or shown.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

FILE = "file"
ENVIRONMENT = "env"


class SecretMissing(Exception):
    """What a reference names can't be read; the text says which reference, never a secret."""


def is_reference(text: str) -> bool:
    """Whether this names a place rather than being the URL."""
    return text.partition(":")[0] in (FILE, ENVIRONMENT)


def resolve(text: str) -> str:
    """The URL behind a reference; anything else is returned as it is."""
    kind, _, where = text.partition(":")
    if kind == FILE:
        try:
            found = Path(where.removeprefix("//")).read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SecretMissing(f"{text} can't be read: {type(error).__name__}") from None
    elif kind == ENVIRONMENT:
        found = os.environ.get(where, "").strip()
    else:
        return text
    if not found:
        raise SecretMissing(f"{text} is empty or not set for this process")
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
