# SPDX-License-Identifier: Apache-2.0
"""What GET /servers/{id}/diagnostics answers."""

from nova_cells.global_api.answer_fields import (
    BOOLEAN,
    TEXT,
    TEXT_OR_NULL,
    WHOLE,
    WHOLE_OR_NULL,
    listed,
    words,
)
from nova_cells.global_api.versioning import Answer, Shape, whole

_COUNTS = ("octets", "errors", "drop", "packets", "rate")
_NIC = {f"{way}_{what}": WHOLE_OR_NULL for way in ("rx", "tx") for what in _COUNTS}
_DISK = ("read_bytes", "read_requests", "write_bytes", "write_requests", "errors_count")
_CPU = ("id", "time", "utilisation")

SHOW = Answer(
    Shape(
        "server.diagnostics",
        {
            "state": words("pending", "running", "paused", "shutdown", "crashed", "suspended"),
            "driver": TEXT,
            "hypervisor": TEXT_OR_NULL,
            "hypervisor_os": TEXT_OR_NULL,
            "uptime": WHOLE_OR_NULL,
            "config_drive": BOOLEAN,
            "num_cpus": WHOLE,
            "num_nics": WHOLE,
            "num_disks": WHOLE,
            "memory_details": whole({"maximum": WHOLE_OR_NULL, "used": WHOLE_OR_NULL}),
            "cpu_details": listed(whole(dict.fromkeys(_CPU, WHOLE_OR_NULL))),
            "nic_details": listed(whole({"mac_address": TEXT_OR_NULL, **_NIC})),
            "disk_details": listed(whole(dict.fromkeys(_DISK, WHOLE_OR_NULL))),
        },
    )
)
