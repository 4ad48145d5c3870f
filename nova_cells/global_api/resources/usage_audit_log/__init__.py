# SPDX-License-Identifier: Apache-2.0
"""Which hosts told the usage of their servers for the last audit period."""

from typing import Any


def includeme(config: Any) -> None:
    config.add_route("usage_audit_logs", "/os-instance_usage_audit_log")
    config.add_route("usage_audit_log", "/os-instance_usage_audit_log/{before}")
