# SPDX-License-Identifier: Apache-2.0
"""What the operations of /servers/{id}/os-interface answer."""

from nova_cells.global_api.answer_fields import TEXT, TEXT_OR_NULL, UUID, listed
from nova_cells.global_api.versioning import Shape, Within, many, one, whole

INTERFACE = Shape(
    "interface.show",
    {
        "port_id": UUID,
        "net_id": UUID,
        "mac_addr": TEXT,
        "port_state": TEXT,
        "fixed_ips": listed(whole({"ip_address": TEXT, "subnet_id": TEXT_OR_NULL})),
        "tag": Within("2.70-", TEXT_OR_NULL),
    },
)

LIST = many("interfaceAttachments", INTERFACE)
SHOW = one("interfaceAttachment", INTERFACE)
