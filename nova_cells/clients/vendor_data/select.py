# SPDX-License-Identifier: Apache-2.0
"""Chooses the vendor data the configuration asks for."""

from __future__ import annotations

import re
from typing import Any

from nova_cells.clients.vendor_data.interface import NoVendorData, VendorData

_TARGET = re.compile(r"(?P<name>[^@\s]+)@(?P<url>https?://\S+)")
STATIC = "static"


class TargetInvalid(ValueError):
    """A target of the configuration is none; the text says which."""


def from_conf(conf: Any) -> VendorData:
    """Nothing is read or asked yet. Raises TargetInvalid."""
    section = conf.vendor_data
    named = targets(section.targets)
    if not named and not section.json_file:
        return NoVendorData()
    from nova_cells.clients.vendor_data.gathered import Gathered  # needs HTTP libraries

    return Gathered(section, named)


def targets(texts: list[str]) -> dict[str, str]:
    """Name → URL."""
    named: dict[str, str] = {}
    for text in texts:
        match = _TARGET.fullmatch(text)
        if match is None:
            raise TargetInvalid(f"[vendor_data] targets: {text!r} is not NAME@URL")
        if match["name"] in (STATIC, *named):
            raise TargetInvalid(f"[vendor_data] targets: the name {match['name']!r} is taken")
        named[match["name"]] = match["url"]
    return named
