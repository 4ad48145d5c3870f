# SPDX-License-Identifier: Apache-2.0
"""Flavors: the sizes servers come in."""

from typing import Any


def includeme(config: Any) -> None:
    config.add_route("flavors", "/flavors")
    config.add_route("flavors_detail", "/flavors/detail")
    config.add_route("flavor", "/flavors/{flavor_id}")
