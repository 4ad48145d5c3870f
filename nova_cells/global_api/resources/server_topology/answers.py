# SPDX-License-Identifier: Apache-2.0
"""What GET /servers/{id}/topology answers. Host nodes and pinning are for administrators."""

from nova_cells.global_api.answer_fields import WHOLE, WHOLE_OR_NULL, listed, mapped
from nova_cells.global_api.versioning import Answer, whole

_NODE = whole(
    {
        "memory_mb": WHOLE,
        "vcpu_set": listed(WHOLE),
        "siblings": listed(listed(WHOLE)),
        "host_node": WHOLE,
        "cpu_pinning": mapped(WHOLE),
    },
    optional=("siblings", "host_node", "cpu_pinning"),
)

SHOW = Answer(whole({"nodes": listed(_NODE), "pagesize_kb": WHOLE_OR_NULL}))
