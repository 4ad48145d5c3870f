# SPDX-License-Identifier: Apache-2.0
"""Server groups: rules for where servers stand to each other."""

from typing import Any


def includeme(config: Any) -> None:
    config.add_route("server_groups", "/os-server-groups")
    config.add_route("server_group", "/os-server-groups/{group_id}")
