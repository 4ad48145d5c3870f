# SPDX-License-Identifier: Apache-2.0
"""2.85: a volume's attachment can be changed, not only the volume replaced."""

from nova_cells.global_api.versioning import Schema, body_changed, gate

gate(85, "2.85-attachments-can-change")


@body_changed(85, of="volume_attachment.update")
def only_another_volume(schema: Schema) -> None:
    attachment = schema["properties"]["volumeAttachment"]
    attachment["properties"] = {"volumeId": attachment["properties"]["volumeId"]}
