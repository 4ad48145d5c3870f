# SPDX-License-Identifier: Apache-2.0
"""What the operations of /os-instance_usage_audit_log answer."""

from nova_cells.global_api.answer_fields import ANYTHING, TEXT, WHOLE, listed
from nova_cells.global_api.versioning import Shape, one

LOG = Shape(
    "usage_audit_log",
    {
        "period_beginning": TEXT,
        "period_ending": TEXT,
        "num_hosts": WHOLE,
        "num_hosts_done": WHOLE,
        "num_hosts_running": WHOLE,
        "num_hosts_not_run": WHOLE,
        "hosts_not_run": listed(TEXT),
        "total_instances": WHOLE,
        "total_errors": WHOLE,
        "overall_status": TEXT,
        "log": ANYTHING,
    },
)

LIST = one("instance_usage_audit_logs", LOG)
SHOW = one("instance_usage_audit_log", LOG)
