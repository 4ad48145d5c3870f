# SPDX-License-Identifier: Apache-2.0
"""All a cell needs to build one server: it asks nobody back."""

from typing import Any

from oslo_versionedobjects import fields

from nova_cells.objects import base


@base.Registry.register
class RequestSpec(base.Object):
    """One wished server.

    `epoch` names the owner: it grows each time another cell is tried, and a lower one is refused
    everywhere. `deadline` is the moment after which the wish fails readably. `networks` is "none",
    "auto" or a list of documents. `image` is absent when the server boots from a volume.
    `wished` servers came with one request, under one reservation id; fewer than `least` of them
    are no use to who asked. `boot_roles`: the roles who asked had then; services that give vendor
    data are told of them. `volumes`: list of {"id", "attachment_id" (none yet for one that was made
    for it), "bdm_uuid", "boot_index", "tag", "bus", "device", "delete_on_termination", "size",
    "multiattach", "made", "source", "image"}; the root's "image" is what its volume says of it.
    """

    fields = {
        "uuid": fields.UUIDField(),
        "epoch": fields.IntegerField(),
        "project_id": fields.StringField(),
        "user_id": fields.StringField(),
        "request_id": fields.StringField(),
        "created_at": base.InstantField(),
        "deadline": base.InstantField(),
        "name": fields.StringField(),
        "hostname": fields.StringField(),
        "description": fields.StringField(nullable=True),
        "metadata": fields.DictOfStringsField(),
        "tags": fields.ListOfStringsField(),
        "flavor": fields.ObjectField("Flavor"),
        "image": fields.ObjectField("ImageFacts", nullable=True),
        "kernel": fields.ObjectField("ImageFacts", nullable=True),
        "ramdisk": fields.ObjectField("ImageFacts", nullable=True),
        "key": fields.ObjectField("KeyFacts", nullable=True),
        "group": fields.ObjectField("GroupPolicy", nullable=True),
        "user_data": fields.StringField(nullable=True),
        "admin_password": base.SecretField(nullable=True),
        "config_drive": fields.BooleanField(),
        "personality": base.JsonField(),
        "boot_roles": fields.ListOfStringsField(),
        "networks": base.JsonField(),
        "security_groups": fields.ListOfStringsField(),
        "block_devices": base.JsonField(),
        "volumes": base.JsonField(),
        "availability_zone": fields.StringField(nullable=True),
        "forced_host": fields.StringField(nullable=True),
        "forced_node": fields.StringField(nullable=True),
        "requested_host": fields.StringField(nullable=True),
        "requested_node": fields.StringField(nullable=True),
        "scheduler_hints": base.JsonField(),
        "disk_config": fields.StringField(),
        "access_ip_v4": fields.StringField(nullable=True),
        "access_ip_v6": fields.StringField(nullable=True),
        "trusted_certs": base.JsonField(nullable=True),
        "reservation_id": fields.StringField(),
        "launch_index": fields.IntegerField(),
        "wished": fields.IntegerField(),
        "least": fields.IntegerField(),
    }
    defaults = {
        "epoch": 1,
        "metadata": dict,
        "tags": list,
        "config_drive": False,
        "personality": list,
        "boot_roles": list,
        "networks": "none",
        "security_groups": list,
        "block_devices": list,
        "volumes": list,
        "scheduler_hints": dict,
        "disk_config": "MANUAL",
        "launch_index": 0,
        "wished": 1,
        "least": 1,
    }

    def image_properties(self: Any) -> dict[str, str]:
        """Of what it boots from, be that an image or a volume."""
        return dict(self.image.properties) if self.image is not None else of_root(self.volumes)


def of_root(volumes: list[dict[str, Any]]) -> dict[str, str]:
    """What the volume that is booted from says of the image it was made of."""
    roots = [volume for volume in volumes if volume["boot_index"] == 0]
    return dict(roots[0].get("image") or {}) if roots else {}
