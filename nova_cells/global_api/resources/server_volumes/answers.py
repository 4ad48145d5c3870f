# SPDX-License-Identifier: Apache-2.0
"""What the operations of /servers/{id}/os-volume_attachments answer."""

from nova_cells.global_api.answer_fields import BOOLEAN, TEXT, TEXT_OR_NULL, UUID, UUID_OR_NULL
from nova_cells.global_api.versioning import Answer, Shape, Within, many, one, whole

ATTACHMENT = Shape(
    "volume_attachment.show",
    {
        "serverId": UUID,
        "volumeId": TEXT,
        "device": TEXT_OR_NULL,
        "tag": TEXT_OR_NULL,
        "delete_on_termination": BOOLEAN,
        "attachment_id": UUID_OR_NULL,
        "bdm_uuid": UUID_OR_NULL,
    },
    past={"id": TEXT},
)

LIST = many("volumeAttachments", ATTACHMENT)
SHOW = one("volumeAttachment", ATTACHMENT)
CREATE = Answer(Within("2.1-2.100", whole({"volumeAttachment": ATTACHMENT})))
