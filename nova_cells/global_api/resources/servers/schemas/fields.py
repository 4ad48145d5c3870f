# SPDX-License-Identifier: Apache-2.0
"""The fields that bodies of servers have in common."""

from __future__ import annotations

from typing import Any

Field = dict[str, Any]

TRUE = ("True", "TRUE", "true", "1", "ON", "On", "on", "YES", "Yes", "yes")
FALSE = ("False", "FALSE", "false", "0", "OFF", "Off", "off", "NO", "No", "no")

BOOLEAN: Field = {"type": ["boolean", "string"], "enum": [True, False, *TRUE, *FALSE]}
NAME: Field = {"type": "string", "minLength": 1, "maxLength": 255, "format": "name"}
DESCRIPTION: Field = {"type": ["string", "null"], "maxLength": 255, "format": "printable"}
METADATA: Field = {
    "type": "object",
    "patternProperties": {r"^[a-zA-Z0-9\-_:. ]{1,255}$": {"type": "string", "maxLength": 255}},
    "additionalProperties": False,
}
TAG: Field = {"type": "string", "minLength": 1, "maxLength": 60, "pattern": r"^[^,/]*$"}
TAGS: Field = {"type": "array", "items": TAG, "maxItems": 50}
DEVICE_TAG = TAG
DISK_CONFIG: Field = {"type": "string", "enum": ["AUTO", "MANUAL"]}
IPV4: Field = {"type": "string", "format": "ipv4"}
IPV6: Field = {"type": "string", "format": "ipv6"}
HOST: Field = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[a-zA-Z0-9\-._]*$"}
USER_DATA: Field = {"type": "string", "maxLength": 65535, "format": "base64"}
ZONE_NAME: Field = {"type": "string", "minLength": 1, "maxLength": 255, "format": "name"}
CERTIFICATES: Field = {
    "type": ["array", "null"],
    "minItems": 1,
    "maxItems": 50,
    "uniqueItems": True,
    "items": {"type": "string", "minLength": 1},
}
PERSONALITY: Field = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "path": {"type": "string", "minLength": 1},
            "contents": {"type": "string", "format": "base64"},
        },
        "required": ["path", "contents"],
        "additionalProperties": False,
    },
}

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9\-]{0,61}[a-zA-Z0-9])?"
HOSTNAME: Field = {
    "type": "string",
    "minLength": 2,
    "maxLength": 63,
    "pattern": rf"^{_LABEL}$",
}
QUALIFIED_HOSTNAME: Field = {
    "type": "string",
    "minLength": 2,
    "maxLength": 255,
    "pattern": rf"^{_LABEL}(?:\.{_LABEL})*$",
}


def count(least: int) -> Field:
    """A whole number, also as text."""
    return {
        "type": ["integer", "string"],
        "minimum": least,
        "minLength": 1,
        "maxLength": 10,
        "pattern": "^0*[1-9][0-9]*$" if least == 1 else "^[0-9]*$",
    }


def truth(value: Any) -> bool:
    """What a BOOLEAN says."""
    return value if isinstance(value, bool) else value in TRUE


def closed(properties: dict[str, Field], required: tuple[str, ...] = ()) -> Field:
    """An object with these properties and no other."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
