# SPDX-License-Identifier: Apache-2.0
"""Hypervisors: the resource side of compute hosts."""

from typing import Any


def includeme(config: Any) -> None:
    config.add_route("hypervisors", "/os-hypervisors")
    config.add_route("hypervisors_detail", "/os-hypervisors/detail")
    config.add_route("hypervisors_statistics", "/os-hypervisors/statistics")
    config.add_route("hypervisor", "/os-hypervisors/{hypervisor}")
    config.add_route("hypervisor_search", "/os-hypervisors/{hypervisor}/search")
    config.add_route("hypervisor_servers", "/os-hypervisors/{hypervisor}/servers")
    config.add_route("hypervisor_uptime", "/os-hypervisors/{hypervisor}/uptime")
