# SPDX-License-Identifier: Apache-2.0
"""Availability zones, as aggregates and hosts make them."""

from typing import Any


def includeme(config: Any) -> None:
    config.add_route("availability_zones", "/os-availability-zone")
    config.add_route("availability_zones_detail", "/os-availability-zone/detail")
