# SPDX-License-Identifier: Apache-2.0
"""Answers of a cell that are more than one known noun."""

from oslo_versionedobjects import fields

from nova_cells.objects import base


@base.Registry.register
class BuildReply(base.Object):
    """What became of one wish in a build call: accepted, or `fault_code` and why.

    `instance` of an accepted one is absent where the feed is to tell it, among many.
    `room`: where a request was refused as a whole, how many of its servers would have had a place.
    `trail`: list of [filter name, hosts left], the explanation of a NoValidHost.
    """

    fields = {
        "uuid": fields.UUIDField(),
        "accepted": fields.BooleanField(),
        "instance": fields.ObjectField("Instance", nullable=True),
        "fault_code": fields.StringField(nullable=True),
        "message": fields.StringField(nullable=True),
        "trail": base.JsonField(),
        "room": fields.IntegerField(),
    }
    defaults = {"trail": list, "room": 0}


@base.Registry.register
class CancelReply(base.Object):
    """`state`: "absent" (a tombstone refuses this epoch) or "deleting" (`instance` is going)."""

    fields = {
        "uuid": fields.UUIDField(),
        "state": fields.StringField(),
        "instance": fields.ObjectField("Instance", nullable=True),
    }


@base.Registry.register
class Welcome(base.Object):
    """A cell's answer to a registering host.

    `deployment` is the mark the host's driver puts on every guest it makes. `beat_interval` in
    seconds.
    """

    fields = {
        "deployment": fields.StringField(),
        "cell": fields.UUIDField(),
        "host_uuid": fields.UUIDField(),
        "beat_interval": fields.FloatField(),
    }
    defaults = {"beat_interval": 10.0}
