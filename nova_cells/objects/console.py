# SPDX-License-Identifier: Apache-2.0
"""Ways to a guest's screen or serial port: where it is, what its user is given, and what a proxy
is told for it.

A token travels once, to its user. Everywhere else it is known by its digest.
"""

from __future__ import annotations

import hashlib

from oslo_versionedobjects import fields

from nova_cells.objects import base

TYPES = {
    "novnc": "vnc",
    "spice-html5": "spice",
    "spice-direct": "spice",
    "serial": "serial",
    "webmks": "mks",
}
"""The consoles there are, by type: its protocol."""


CELL_DIGITS = 8
"""So many first digits of a token are those of its cell's uuid."""


def digest_of(token: str) -> str:
    """What is kept of a token, and told of it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@base.Registry.register
class ConsoleTarget(base.Object):
    """Where a console listens. `internal_access_path` is asked for by CONNECT before anything."""

    fields = {
        "host": fields.StringField(),
        "port": fields.IntegerField(),
        "tls_port": fields.IntegerField(nullable=True),
        "internal_access_path": fields.StringField(nullable=True),
    }


@base.Registry.register
class Console(base.Object):
    """What a user is given. The URL holds the token."""

    fields = {"type": fields.StringField(), "url": base.SecretField()}


@base.Registry.register
class ConsoleGrant(base.Object):
    """What a token that holds now is good for."""

    fields = {
        "instance_uuid": fields.UUIDField(),
        "type": fields.StringField(),
        "target": fields.ObjectField("ConsoleTarget"),
    }
