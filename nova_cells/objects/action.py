# SPDX-License-Identifier: Apache-2.0
"""The public record of what was done to a server: a projection of its journal."""

from oslo_versionedobjects import fields

from nova_cells.objects import base


@base.Registry.register
class ActionEvent(base.Object):
    """`result` is "Success", "Error" or nothing while it runs; `traceback` is for admins."""

    fields = {
        "event": fields.StringField(),
        "start_time": base.InstantField(),
        "finish_time": base.InstantField(nullable=True),
        "result": fields.StringField(nullable=True),
        "traceback": fields.StringField(nullable=True),
        "host": fields.StringField(nullable=True),
        "details": fields.StringField(nullable=True),
    }


@base.Registry.register
class ActionRecord(base.Object):
    """One action; `events` is empty in lists."""

    fields = {
        "action": fields.StringField(),
        "instance_uuid": fields.UUIDField(),
        "request_id": fields.StringField(),
        "user_id": fields.StringField(),
        "project_id": fields.StringField(),
        "start_time": base.InstantField(),
        "updated_at": base.InstantField(nullable=True),
        "message": fields.StringField(nullable=True),
        "events": fields.ListOfObjectsField("ActionEvent"),
    }
    defaults = {"events": list}
