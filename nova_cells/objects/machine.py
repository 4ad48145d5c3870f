# SPDX-License-Identifier: Apache-2.0
"""What a driver makes: a plain description, free of database rows, contexts and API words."""

from typing import Any

from oslo_versionedobjects import fields

from nova_cells.objects import base
from nova_cells.objects.request_spec import of_root


@base.Registry.register
class Machine(base.Object):
    """One guest. Disk sizes in GiB, memory and swap in MiB.

    (`epoch`, `home_generation`) is the life it is in: a host has an older one of it only where it
    left it behind.

    `kernel` and `ramdisk`: what it starts from instead of its disk's own.
    `guest_data` is what a guest may read of itself (config drive, metadata service): hostname,
    keys, metadata, user data. `trusted_certs`: ids of the certificates that the signature of its
    image has to lead to. `nics` is a list of documents, empty in a deployment without network.
    `volumes`: disks kept elsewhere, {"id", "connection", "boot_index", "bus", "tag",
    "shared", "delete_on_termination", "image"}; the one of boot index 0 is the root disk, and its
    "image" are the properties of the image it was made of.
    `ephemerals`: sizes of the ephemeral disks; empty: there is one, of `ephemeral_gb`.
    """

    fields = {
        "uuid": fields.UUIDField(),
        "epoch": fields.IntegerField(),
        "home_generation": fields.IntegerField(),
        "name": fields.StringField(),
        "project_id": fields.StringField(),
        "user_id": fields.StringField(),
        "vcpus": fields.IntegerField(),
        "memory_mb": fields.IntegerField(),
        "root_gb": fields.IntegerField(),
        "ephemeral_gb": fields.IntegerField(),
        "ephemerals": base.JsonField(),
        "swap_mb": fields.IntegerField(),
        "image": fields.ObjectField("ImageFacts", nullable=True),
        "kernel": fields.ObjectField("ImageFacts", nullable=True),
        "ramdisk": fields.ObjectField("ImageFacts", nullable=True),
        "extra_specs": fields.DictOfStringsField(),
        "config_drive": fields.BooleanField(),
        "guest_data": base.JsonField(),
        "trusted_certs": base.JsonField(nullable=True),
        "admin_password": base.SecretField(nullable=True),
        "nics": base.JsonField(),
        "volumes": base.JsonField(),
    }
    defaults = {
        "home_generation": 0,
        "ephemeral_gb": 0,
        "ephemerals": list,
        "swap_mb": 0,
        "extra_specs": dict,
        "config_drive": False,
        "guest_data": dict,
        "nics": list,
        "volumes": list,
    }

    def image_properties(self: Any) -> dict[str, str]:
        """Of what it boots from, be that an image or a volume."""
        return dict(self.image.properties) if self.image is not None else of_root(self.volumes)

    def ephemeral_sizes(self: Any) -> list[int]:
        """GiB of each ephemeral disk: one of the whole size where nothing else is said."""
        whole = [self.ephemeral_gb] if self.ephemeral_gb else []
        return list(self.ephemerals or whole)
