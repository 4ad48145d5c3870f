# SPDX-License-Identifier: Apache-2.0
"""What a new server may be wired to: networks and block devices.

All forms are checked in every version even where this deployment has nothing behind them: what it
cannot do is then refused by the service, by name.
"""

from __future__ import annotations

from nova_cells.global_api.resources.servers.schemas.fields import (
    BOOLEAN,
    DEVICE_TAG,
    Field,
    closed,
    count,
)

SIZE: Field = {**count(1), "maximum": 2**31 - 1}
UUID: Field = {"type": "string", "format": "uuid"}
UUID_OR_NULL: Field = {"type": ["string", "null"], "format": "uuid"}

NETWORKS: Field = {
    "oneOf": [
        {
            "type": "array",
            "items": closed(
                {
                    "fixed_ip": {
                        "type": "string",
                        "anyOf": [{"format": "ipv4"}, {"format": "ipv6"}],
                    },
                    "port": UUID_OR_NULL,
                    "uuid": UUID,
                    "tag": DEVICE_TAG,
                }
            ),
        },
        {"type": "string", "enum": ["none", "auto"]},
    ]
}

_COMMON: dict[str, Field] = {
    "virtual_name": {"type": "string", "maxLength": 255},
    "volume_id": UUID,
    "snapshot_id": UUID,
    "volume_size": SIZE,
    "device_name": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
        "pattern": r"^[a-zA-Z0-9._/\-]*$",
    },
    "delete_on_termination": BOOLEAN,
    "no_device": {},
    "connection_info": {"type": "string", "maxLength": 16777215},
}

LEGACY_DEVICES: Field = {"type": "array", "items": closed(dict(_COMMON))}

DEVICES: Field = {
    "type": "array",
    "items": closed(
        {
            **_COMMON,
            "source_type": {"type": "string", "enum": ["volume", "image", "snapshot", "blank"]},
            "destination_type": {"type": "string", "enum": ["local", "volume"]},
            "uuid": {"type": "string", "minLength": 1, "maxLength": 255},
            "image_id": UUID,
            "guest_format": {"type": "string", "maxLength": 255},
            "device_type": {"type": "string", "maxLength": 255},
            "disk_bus": {"type": "string", "maxLength": 255},
            "boot_index": {"type": ["integer", "string", "null"], "pattern": "^-?[0-9]+$"},
            "tag": DEVICE_TAG,
            "volume_type": {"type": ["string", "null"], "maxLength": 255},
        }
    ),
}
