# SPDX-License-Identifier: Apache-2.0
"""2.3: more of a server's attributes for administrators; attached volumes tell their end."""

from nova_cells.global_api.versioning import Document, Facts, Schema, added, reshaped, shape_changed

SERVER = ("server.show", "server.detail", "server.update")

added(
    3,
    "OS-EXT-SRV-ATTR:hostname",
    "OS-EXT-SRV-ATTR:kernel_id",
    "OS-EXT-SRV-ATTR:launch_index",
    "OS-EXT-SRV-ATTR:ramdisk_id",
    "OS-EXT-SRV-ATTR:reservation_id",
    "OS-EXT-SRV-ATTR:root_device_name",
    "OS-EXT-SRV-ATTR:user_data",
    to=SERVER,
)


@reshaped(3, on=SERVER)
def volumes_were_ids(server: Document, facts: Facts) -> None:
    for volume in server.get("os-extended-volumes:volumes_attached", ()):
        volume.pop("delete_on_termination", None)


@shape_changed(3, of=SERVER)
def volumes_had_ids_alone(schema: Schema) -> None:
    volumes = schema["properties"].get("os-extended-volumes:volumes_attached")
    if volumes is not None:
        del volumes["items"]["properties"]["delete_on_termination"]
