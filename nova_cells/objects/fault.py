# SPDX-License-Identifier: Apache-2.0
"""Why a server is in ERROR, in words its owner can read."""

from oslo_versionedobjects import fields

from nova_cells.objects import base


@base.Registry.register
class Fault(base.Object):
    """`details` is for admins (a filter trail, a driver's words); it never holds secrets."""

    fields = {
        "code": fields.IntegerField(),
        "message": fields.StringField(),
        "details": fields.StringField(nullable=True),
        "created_at": base.InstantField(),
    }
