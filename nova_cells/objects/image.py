# SPDX-License-Identifier: Apache-2.0
"""What an image service said of an image when a server was asked for."""

from oslo_versionedobjects import fields

from nova_cells.objects import base


@base.Registry.register
class ImageFacts(base.Object):
    """`size` in bytes; `min_disk` in GiB, `min_ram` in MiB; `properties` as the image has them."""

    fields = {
        "id": fields.StringField(),
        "name": fields.StringField(nullable=True),
        "owner": fields.StringField(nullable=True),
        "status": fields.StringField(),
        "size": fields.IntegerField(),
        "checksum": fields.StringField(nullable=True),
        "hash_algo": fields.StringField(nullable=True),
        "hash_value": fields.StringField(nullable=True),
        "disk_format": fields.StringField(),
        "container_format": fields.StringField(),
        "min_disk": fields.IntegerField(),
        "min_ram": fields.IntegerField(),
        "properties": fields.DictOfStringsField(),
    }
    defaults = {
        "status": "active",
        "size": 0,
        "disk_format": "qcow2",
        "container_format": "bare",
        "min_disk": 0,
        "min_ram": 0,
        "properties": dict,
    }
