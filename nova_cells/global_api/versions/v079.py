# SPDX-License-Identifier: Apache-2.0
"""2.79: attached volumes tell, and are told, whether they end with their server."""

from nova_cells.global_api.versioning import Schema, added, body_changed

added(79, "delete_on_termination", to="volume_attachment.show")


@body_changed(79, of="volume_attachment.create")
def without_delete_on_termination(schema: Schema) -> None:
    attachment = schema["properties"]["volumeAttachment"]["properties"]
    attachment.pop("delete_on_termination")
