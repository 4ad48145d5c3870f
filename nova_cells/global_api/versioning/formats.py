# SPDX-License-Identifier: Apache-2.0
"""What JSON schema cannot say by itself: the formats this API's fields come in.

A request may hold hundreds of them, so each knows the common case at a glance.
"""

from __future__ import annotations

import ipaddress
import re
import string
import unicodedata
import uuid
from collections.abc import Callable

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}").fullmatch
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}", re.ASCII).fullmatch
_BASE64 = (string.ascii_letters + string.digits + "+/").encode()
_BLANKS = string.whitespace.encode()


def is_name(value: str) -> bool:
    """Printable, not blank, no blank at either end."""
    return bool(value) and value == value.strip() and is_printable(value)


def is_loose_name(value: str) -> bool:
    """Printable and not blank; blanks at the ends are cut off by whoever uses it (`/v2`)."""
    return bool(value.strip()) and is_printable(value)


def is_printable(value: str) -> bool:
    """No control, surrogate or unassigned characters, and no separators but spaces."""
    return value.isprintable() or all(
        character == " "
        or unicodedata.category(character)[0] not in "CZ"
        or unicodedata.category(character) in ("Zs", "Cf", "Co")
        for character in value
    )


def is_uuid(value: str) -> bool:
    """Any spelling of a UUID the API takes: with or without dashes."""
    if _UUID(value):
        return True
    try:
        return str(uuid.UUID(value)).replace("-", "") == value.replace("-", "").lower()
    except ValueError:
        return False


def is_base64(value: str) -> bool:
    """Decodable base64; line breaks are fine. Nothing is decoded: texts are long."""
    if not value.isascii():
        return False
    data = value.encode()
    rest = data.translate(None, _BASE64)
    if rest not in (b"", b"=", b"=="):
        data = data.translate(None, _BLANKS)
        rest = data.translate(None, _BASE64)
    return len(data) % 4 == 0 and rest in (b"", b"=", b"==") and data.endswith(rest)


def is_ipv4(value: str) -> bool:
    if _IPV4(value) is not None:
        return True
    return ":" not in value and _is_address(value, ipaddress.IPv4Address)


def is_ipv6(value: str) -> bool:
    return ":" in value and _is_address(value, ipaddress.IPv6Address)


def is_cidr(value: str) -> bool:
    return "/" in value and _is_address(
        value, lambda text: ipaddress.ip_network(text, strict=False)
    )


def _is_address(value: str, kind: Callable[[str], object]) -> bool:
    try:
        kind(value)
    except ValueError:
        return False
    return True


FORMATS: dict[str, str | Callable[[str], bool]] = {
    "name": is_name,
    "loose-name": is_loose_name,
    "printable": is_printable,
    "uuid": is_uuid,
    "base64": is_base64,
    "ipv4": is_ipv4,
    "ipv6": is_ipv6,
    "cidr": is_cidr,
}
