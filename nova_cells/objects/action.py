# SPDX-License-Identifier: Apache-2.0
"""The public record of what was done to a server: a projection of its journal."""

from __future__ import annotations

from typing import Any

from oslo_versionedobjects import fields

from nova_cells.objects import base


@base.Registry.register
class ActionEvent(base.Object):
    """`result` is "Success", "Error" or nothing while it runs; `traceback` is for admins.

    `refusal`: the HTTP status of another service's refusal, where that is what it came to.
    """

    fields = {
        "event": fields.StringField(),
        "start_time": base.InstantField(),
        "finish_time": base.InstantField(nullable=True),
        "result": fields.StringField(nullable=True),
        "traceback": fields.StringField(nullable=True),
        "host": fields.StringField(nullable=True),
        "details": fields.StringField(nullable=True),
        "refusal": fields.IntegerField(nullable=True),
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

    @classmethod
    def of_journal(
        cls, record: Any, *, failed: bool, events: list[ActionEvent] | None = None
    ) -> ActionRecord:
        """One row of a journal, the global one or a cell's, as its public record."""
        return cls(
            action=record.action,
            instance_uuid=record.subject,
            request_id=record.request_id,
            user_id=record.user_id,
            project_id=record.project_id,
            start_time=record.started_at,
            updated_at=record.updated_at,
            message="Error" if failed else None,
            events=events or [],
        )
