# SPDX-License-Identifier: Apache-2.0
"""The rule a server group lays on its members, as a cell needs it to place one of them."""

from oslo_versionedobjects import fields

from nova_cells.objects import base


@base.Registry.register
class GroupPolicy(base.Object):
    """`policy`: affinity, anti-affinity, soft-affinity or soft-anti-affinity."""

    fields = {
        "uuid": fields.UUIDField(),
        "name": fields.StringField(nullable=True),
        "policy": fields.StringField(),
        "max_server_per_host": fields.IntegerField(),
    }
    defaults = {"max_server_per_host": 1}
