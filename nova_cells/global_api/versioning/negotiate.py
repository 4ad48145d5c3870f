# SPDX-License-Identifier: Apache-2.0
"""Which microversion a request asks for.

The new header wins over the old one. Items of the new header for other services, and a bare number
without a service, are not for us; named twice, we take the last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from nova_cells.global_api.versioning.span import NEWEST, OLDEST

SERVICE_TYPES = ("compute", "nova")
_FORM = re.compile(r"([1-9]\d*)\.([1-9]\d*|0)", re.ASCII)


class Malformed(Exception):
    """Not a version at all."""


@dataclass(frozen=True)
class Asked:
    """`minor` is None when the version is none of ours; `text` is what is echoed."""

    minor: int | None
    text: str


def negotiate(environ: Mapping[str, str]) -> Asked:
    """Read the headers of a WSGI environ."""
    text = _wanted(environ)
    return Asked(OLDEST, f"2.{OLDEST}") if text is None else parse(text)


def parse(text: str) -> Asked:
    """Read one version."""
    if text == "latest":
        return Asked(NEWEST, f"2.{NEWEST}")
    match = _FORM.fullmatch(text)
    if match is None or len(text) > 32:
        raise Malformed(text)
    minor = int(match[2])
    ours = match[1] == "2" and OLDEST <= minor <= NEWEST
    return Asked(minor if ours else None, text)


def _wanted(environ: Mapping[str, str]) -> str | None:
    named = environ.get("HTTP_OPENSTACK_API_VERSION")
    if named is not None:
        wanted = None
        for item in named.split(","):
            service, _, version = item.strip().partition(" ")
            if service.lower() in SERVICE_TYPES:
                wanted = version.strip()
        if wanted is not None:
            return wanted
        return None
    old = environ.get("HTTP_X_OPENSTACK_NOVA_API_VERSION")
    return old.strip() if old is not None else None
