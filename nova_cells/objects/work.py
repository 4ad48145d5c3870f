# SPDX-License-Identifier: Apache-2.0
"""Work for a host and what the host says of it: the wire side of an operation's steps."""

from oslo_versionedobjects import fields

from nova_cells.objects import base


@base.Registry.register
class HostWork(base.Object):
    """Consecutive steps of one operation on one host, in order.

    A step's token is "operation/attempt/position"; for an undo "…/undo" is appended. A host answers
    a token it has already finished from its ledger, and refuses `generation`s and `epoch`s lower
    than it has seen. `supersedes` are operations whose unfinished steps may never run again here.
    `steps` is a list of {"name", "position", "undo"}. `arguments` belong to the operation's kind.
    """

    fields = {
        "operation": fields.StringField(),
        "kind": fields.StringField(),
        "attempt": fields.IntegerField(),
        "generation": fields.IntegerField(),
        "epoch": fields.IntegerField(),
        "host": fields.StringField(),
        "steps": base.JsonField(),
        "machine": fields.ObjectField("Machine"),
        "arguments": base.JsonField(),
        "supersedes": fields.ListOfStringsField(),
        "deadline": base.InstantField(),
        "request_id": fields.StringField(),
    }
    defaults = {"attempt": 1, "arguments": dict, "supersedes": list}


@base.Registry.register
class StepResult(base.Object):
    """How one step ended. `outcome`: "done", "refused" (for good) or "failed" (may be tried again).

    `facts` is what the step learned (a power state, say); `message` is for the server's owner,
    `details` for administrators.
    """

    fields = {
        "position": fields.IntegerField(),
        "undo": fields.BooleanField(),
        "outcome": fields.StringField(),
        "message": fields.StringField(nullable=True),
        "details": fields.StringField(nullable=True),
        "facts": base.JsonField(),
        "started_at": base.InstantField(),
        "finished_at": base.InstantField(),
    }
    defaults = {"undo": False, "facts": dict}


@base.Registry.register
class WorkReport(base.Object):
    """The results of a `HostWork`, kept by the agent and sent again until a conductor took it."""

    fields = {
        "operation": fields.StringField(),
        "generation": fields.IntegerField(),
        "attempt": fields.IntegerField(),
        "host": fields.StringField(),
        "uuid": fields.UUIDField(),
        "results": fields.ListOfObjectsField("StepResult"),
    }
    defaults = {"attempt": 1}
