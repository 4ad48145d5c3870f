# SPDX-License-Identifier: Apache-2.0
"""Extra specs of a flavor: what it asks of a host beyond its size."""

from typing import Any


def includeme(config: Any) -> None:
    config.add_route("flavor_extra_specs", "/flavors/{flavor_id}/os-extra_specs")
    config.add_route("flavor_extra_spec", "/flavors/{flavor_id}/os-extra_specs/{key}")
