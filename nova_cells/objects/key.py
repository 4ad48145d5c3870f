# SPDX-License-Identifier: Apache-2.0
"""The public half of a key pair, copied into a server when it is asked for."""

from oslo_versionedobjects import fields

from nova_cells.objects import base


@base.Registry.register
class KeyFacts(base.Object):
    """`type` is "ssh" or "x509"."""

    fields = {
        "name": fields.StringField(),
        "type": fields.StringField(),
        "public_key": fields.StringField(),
        "fingerprint": fields.StringField(nullable=True),
    }
    defaults = {"type": "ssh"}
