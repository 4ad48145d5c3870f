# SPDX-License-Identifier: Apache-2.0
"""One server as its cell knows it; `document()` of it is the head document every reader sees."""

from typing import Any

from oslo_versionedobjects import fields

from nova_cells.objects import base

_SAME = (
    "uuid",
    "epoch",
    "project_id",
    "user_id",
    "name",
    "hostname",
    "description",
    "metadata",
    "tags",
    "user_data",
    "config_drive",
    "reservation_id",
    "launch_index",
    "access_ip_v4",
    "access_ip_v6",
    "disk_config",
    "trusted_certs",
    "scheduler_hints",
    "security_groups",
    "created_at",
    "flavor",
)
"""What a wish and the server made of it have in common."""


@base.Registry.register
class Instance(base.Object):
    """The state of one server.

    (`epoch`, `revision`) orders all versions of it anywhere: the epoch grows with the owner, the
    revision with every change its cell commits. `home_generation` grows whenever it gets a new host
    because its old one is dead, and never otherwise. `operation` is the id of the operation that
    holds it, its lock. `power_state` is the public number: 0 unknown, 1 running, 3 paused, 4 shut
    down, 6 crashed, 7 suspended. `host` is the compute service, `node` its resource record.
    `other_flavor`: while it is resized, and until that is confirmed or reverted, the size it does
    not have but may yet have. `addresses`: label → list of {"addr", "version", "mac", "type"};
    `nics`: its interfaces as `Machine.nics` has them, with the `state` of the port.
    `volumes`: those of its spec, and what was attached since. `locked_by`: "owner",
    "admin" or nothing. `shelved_image`: the facts of the image a shelved server is made from when
    it is unshelved. `encrypted_password`: what the guest made, for who has the private key.
    """

    fields = {
        "uuid": fields.UUIDField(),
        "epoch": fields.IntegerField(),
        "home_generation": fields.IntegerField(),
        "revision": fields.IntegerField(),
        "project_id": fields.StringField(),
        "user_id": fields.StringField(),
        "name": fields.StringField(),
        "hostname": fields.StringField(),
        "description": fields.StringField(nullable=True),
        "metadata": fields.DictOfStringsField(),
        "tags": fields.ListOfStringsField(),
        "vm_state": fields.StringField(),
        "task_state": fields.StringField(nullable=True),
        "power_state": fields.IntegerField(),
        "operation": fields.StringField(nullable=True),
        "host": fields.StringField(nullable=True),
        "node": fields.StringField(nullable=True),
        "pinned_availability_zone": fields.StringField(nullable=True),
        "flavor": fields.ObjectField("Flavor"),
        "other_flavor": fields.ObjectField("Flavor", nullable=True),
        "image_id": fields.StringField(nullable=True),
        "image_properties": fields.DictOfStringsField(),
        "kernel_id": fields.StringField(nullable=True),
        "ramdisk_id": fields.StringField(nullable=True),
        "key_name": fields.StringField(nullable=True),
        "user_data": fields.StringField(nullable=True),
        "encrypted_password": fields.StringField(nullable=True),
        "config_drive": fields.BooleanField(),
        "root_device_name": fields.StringField(nullable=True),
        "reservation_id": fields.StringField(),
        "launch_index": fields.IntegerField(),
        "access_ip_v4": fields.StringField(nullable=True),
        "access_ip_v6": fields.StringField(nullable=True),
        "locked_by": fields.StringField(nullable=True),
        "locked_reason": fields.StringField(nullable=True),
        "progress": fields.IntegerField(),
        "disk_config": fields.StringField(),
        "trusted_certs": base.JsonField(nullable=True),
        "scheduler_hints": base.JsonField(),
        "addresses": base.JsonField(),
        "nics": base.JsonField(),
        "volumes": base.JsonField(),
        "security_groups": fields.ListOfStringsField(),
        "fault": fields.ObjectField("Fault", nullable=True),
        "created_at": base.InstantField(),
        "updated_at": base.InstantField(nullable=True),
        "launched_at": base.InstantField(nullable=True),
        "shelved_at": base.InstantField(nullable=True),
        "shelved_image": base.JsonField(nullable=True),
        "terminated_at": base.InstantField(nullable=True),
        "deleted_at": base.InstantField(nullable=True),
    }
    defaults = {
        "revision": 1,
        "home_generation": 0,
        "metadata": dict,
        "tags": list,
        "vm_state": "building",
        "power_state": 0,
        "image_properties": dict,
        "config_drive": False,
        "launch_index": 0,
        "progress": 0,
        "disk_config": "MANUAL",
        "scheduler_hints": dict,
        "addresses": dict,
        "nics": list,
        "volumes": list,
        "security_groups": list,
    }

    @classmethod
    def from_spec(cls, spec: Any) -> "Instance":
        """The server a `RequestSpec` wishes for, before any cell has it."""
        values = {name: getattr(spec, name) for name in _SAME}
        if spec.image is not None:
            values["image_id"] = spec.image.id
        properties = spec.image_properties()
        values["image_properties"] = properties
        values["kernel_id"] = properties.get("kernel_id")
        values["ramdisk_id"] = properties.get("ramdisk_id")
        values["volumes"] = [shown(volume) for volume in spec.volumes]
        if spec.key is not None:
            values["key_name"] = spec.key.name
        values["pinned_availability_zone"] = spec.availability_zone
        return cls(task_state="scheduling", **values)


def shown(volume: dict[str, Any]) -> dict[str, Any]:
    """A volume of a spec as a server's head has it."""
    return {name: value for name, value in volume.items() if name != "image"}
