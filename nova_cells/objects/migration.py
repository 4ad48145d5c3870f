# SPDX-License-Identifier: Apache-2.0
"""The public record of one move of a server, whether it went to another host or only another size.

What a cell needs to finish or to take back a move that waits for its owner is kept here too: both
flavors, and what the server was before.
"""

from oslo_versionedobjects import fields

from nova_cells.objects import base


@base.Registry.register
class Migration(base.Object):
    """`migration_type`: migration (cold), resize, live-migration or evacuation.

    `status` is the public word. `dest_host` is the address of the host `dest_compute` names.
    (`uuid`, `revision`) orders all versions of it. Memory and disk are in bytes, and known only
    while a live migration runs.
    """

    fields = {
        "uuid": fields.UUIDField(),
        "instance_uuid": fields.UUIDField(),
        "revision": fields.IntegerField(),
        "migration_type": fields.StringField(),
        "status": fields.StringField(),
        "source_compute": fields.StringField(nullable=True),
        "source_node": fields.StringField(nullable=True),
        "dest_compute": fields.StringField(nullable=True),
        "dest_node": fields.StringField(nullable=True),
        "dest_host": fields.StringField(nullable=True),
        "old_flavor": fields.ObjectField("Flavor", nullable=True),
        "new_flavor": fields.ObjectField("Flavor", nullable=True),
        "old_vm_state": fields.StringField(nullable=True),
        "user_id": fields.StringField(nullable=True),
        "project_id": fields.StringField(nullable=True),
        "memory_total": fields.IntegerField(nullable=True),
        "memory_processed": fields.IntegerField(nullable=True),
        "memory_remaining": fields.IntegerField(nullable=True),
        "disk_total": fields.IntegerField(nullable=True),
        "disk_processed": fields.IntegerField(nullable=True),
        "disk_remaining": fields.IntegerField(nullable=True),
        "created_at": base.InstantField(),
        "updated_at": base.InstantField(nullable=True),
    }
    defaults = {"revision": 1}
