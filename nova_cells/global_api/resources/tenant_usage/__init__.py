# SPDX-License-Identifier: Apache-2.0
"""How much of the cloud each project used in a period."""

from typing import Any


def includeme(config: Any) -> None:
    config.add_route("tenant_usages", "/os-simple-tenant-usage")
    config.add_route("tenant_usage", "/os-simple-tenant-usage/{project_id}")
