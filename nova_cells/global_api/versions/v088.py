# SPDX-License-Identifier: Apache-2.0
"""2.88: hypervisors show no capacity any more, but their uptime."""

from nova_cells.global_api.versioning import added, removed

added(88, "uptime", to="hypervisor.detail")
removed(
    88,
    "cpu_info",
    "current_workload",
    "disk_available_least",
    "free_disk_gb",
    "free_ram_mb",
    "local_gb",
    "local_gb_used",
    "memory_mb",
    "memory_mb_used",
    "running_vms",
    "vcpus",
    "vcpus_used",
    of="hypervisor.detail",
)
