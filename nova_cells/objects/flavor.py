# SPDX-License-Identifier: Apache-2.0
"""A flavor as it was when a server asked for it: a copy that later edits do not change."""

from oslo_versionedobjects import fields

from nova_cells.objects import base


@base.Registry.register
class Flavor(base.Object):
    """`flavorid` is the id users see; `id` the row's number, which old clients never see either."""

    fields = {
        "id": fields.IntegerField(nullable=True),
        "flavorid": fields.StringField(),
        "name": fields.StringField(),
        "vcpus": fields.IntegerField(),
        "memory_mb": fields.IntegerField(),
        "root_gb": fields.IntegerField(),
        "ephemeral_gb": fields.IntegerField(),
        "swap_mb": fields.IntegerField(),
        "rxtx_factor": fields.FloatField(),
        "is_public": fields.BooleanField(),
        "disabled": fields.BooleanField(),
        "description": fields.StringField(nullable=True),
        "extra_specs": fields.DictOfStringsField(),
    }
    defaults = {
        "ephemeral_gb": 0,
        "swap_mb": 0,
        "rxtx_factor": 1.0,
        "is_public": True,
        "disabled": False,
        "extra_specs": dict,
    }
