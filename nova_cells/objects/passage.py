# SPDX-License-Identifier: Apache-2.0
"""Where one cell's half of a move to another cell stands."""

from oslo_versionedobjects import fields

from nova_cells.objects import base


@base.Registry.register
class Passage(base.Object):
    """`state`: "absent" (never begun here), "open", "done" or "failed" (all is undone).

    `stage` of an open one: what it has reached and stays at until it is told more: "held" and
    "sent" of a departure, "ready" and "runs" of an arrival. `ticket`: what the source's host needs
    to send the guest to `host`. `message` is for the server's owner, `details` for administrators.
    """

    fields = {
        "uuid": fields.UUIDField(),
        "state": fields.StringField(),
        "stage": fields.StringField(nullable=True),
        "host": fields.StringField(nullable=True),
        "ticket": base.JsonField(nullable=True),
        "message": fields.StringField(nullable=True),
        "details": fields.StringField(nullable=True),
    }
