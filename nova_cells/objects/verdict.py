# SPDX-License-Identifier: Apache-2.0
"""What a cell knows of a guest that a host has, or ought to have."""

from oslo_versionedobjects import fields

from nova_cells.objects import base

YOURS, ELSEWHERE, DELETED, MISSING, UNKNOWN = "yours", "elsewhere", "deleted", "missing", "unknown"
"""The host has it and is to have it; it has got a new home; its server is deleted; the host is to
have it and has not; the cell can't say, so that nothing is done about it."""


@base.Registry.register
class GuestVerdict(base.Object):
    """`epoch` and `home_generation` are the server's own, where it is known; `runs`: it is at rest
    and active, so that its guest is to run.
    """

    fields = {
        "uuid": fields.UUIDField(),
        "verdict": fields.StringField(),
        "epoch": fields.IntegerField(),
        "home_generation": fields.IntegerField(),
        "runs": fields.BooleanField(),
    }
    defaults = {"epoch": 0, "home_generation": 0, "runs": False}
