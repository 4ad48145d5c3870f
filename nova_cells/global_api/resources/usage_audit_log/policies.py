# SPDX-License-Identifier: Apache-2.0
"""The audit log is for administrators."""

from nova_cells.global_api.policies import admin

_NAME = "os_compute_api:os-instance-usage-audit-log"
_PATH = "/os-instance_usage_audit_log"

LIST = admin(f"{_NAME}:list", "See the last period's audit.", f"GET {_PATH}")
SHOW = admin(f"{_NAME}:show", "See an earlier one.", f"GET {_PATH}/{{before_timestamp}}")
