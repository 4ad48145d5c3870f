# SPDX-License-Identifier: Apache-2.0
"""Which console is wanted. Kinds that no host has any more (xvpvnc, rdp) are named here to be
refused by name."""

from __future__ import annotations

from nova_cells.global_api.resources.servers.schemas.fields import closed
from nova_cells.global_api.versioning import BodySchema

PROTOCOLS = ["vnc", "spice", "rdp", "serial", "mks"]
TYPES = ["novnc", "xvpvnc", "rdp-html5", "spice-html5", "spice-direct", "serial", "webmks"]

CREATE = BodySchema(
    "remote_console.create",
    closed(
        {
            "remote_console": closed(
                {
                    "protocol": {"type": "string", "enum": PROTOCOLS},
                    "type": {"type": "string", "enum": TYPES},
                },
                required=("protocol", "type"),
            )
        },
        required=("remote_console",),
    ),
)


def _action(name: str, *types: str) -> BodySchema:
    wanted = closed({"type": {"type": "string", "enum": list(types)}}, required=("type",))
    return BodySchema(f"server.{name}", closed({name: wanted}, required=(name,)))


VNC = _action("os-getVNCConsole", "novnc", "xvpvnc")
SPICE = _action("os-getSPICEConsole", "spice-html5")
SERIAL = _action("os-getSerialConsole", "serial")
