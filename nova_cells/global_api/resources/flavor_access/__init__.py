# SPDX-License-Identifier: Apache-2.0
"""Which projects may use a private flavor."""

from typing import Any


def includeme(config: Any) -> None:
    config.add_route("flavor_access", "/flavors/{flavor_id}/os-flavor-access")
    config.add_route("flavor_action", "/flavors/{flavor_id}/action")
