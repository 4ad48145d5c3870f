# SPDX-License-Identifier: Apache-2.0
"""2.49: ports and volumes that are attached may be given a device tag."""

from nova_cells.global_api.versioning import Schema, body_changed


@body_changed(49, of=("server_interface.create", "volume_attachment.create"))
def without_tag(schema: Schema) -> None:
    (attachment,) = schema["properties"].values()
    attachment["properties"].pop("tag")
