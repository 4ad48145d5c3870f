# SPDX-License-Identifier: Apache-2.0
"""Which port a server is to be given: one that is there, or a new one on a network."""

from __future__ import annotations

from nova_cells.global_api.resources.servers.schemas.fields import DEVICE_TAG, closed
from nova_cells.global_api.versioning import BodySchema

_UUID = {"type": "string", "format": "uuid"}
_ADDRESS = {"type": "string", "oneOf": [{"format": "ipv4"}, {"format": "ipv6"}]}

CREATE = BodySchema(
    "server_interface.create",
    closed(
        {
            "interfaceAttachment": closed(
                {
                    "net_id": _UUID,
                    "port_id": _UUID,
                    "fixed_ips": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 1,
                        "items": closed({"ip_address": _ADDRESS}, required=("ip_address",)),
                    },
                    "tag": DEVICE_TAG,
                }
            )
        },
        required=("interfaceAttachment",),
    ),
)
