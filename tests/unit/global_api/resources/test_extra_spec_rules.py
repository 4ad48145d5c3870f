# SPDX-License-Identifier: Apache-2.0
"""Which extra specs are known, and which values they may have."""

from __future__ import annotations

import unittest

from nova_cells.global_api.resources.flavor_extra_specs.rules import fault_of

GOOD = (
    ("hw:cpu_policy", "dedicated"),
    ("hw:cpu_policy", "mixed"),
    ("hw:cpu_cores", "4"),
    ("hw:boot_menu", "True"),
    ("hw:boot_menu", "off"),
    ("hw:mem_page_size", "large"),
    ("hw:mem_page_size", "2048"),
    ("hw:mem_page_size", "1GiB"),
    ("hw:numa_nodes", "2"),
    ("hw:numa_cpus.0", "0-3,^2"),
    ("hw:numa_mem.1", "512"),
    ("hw:cpu_realtime_mask", "^0-1"),
    ("hw:tpm_version", "2.0"),
    ("hw:watchdog_action", "reset"),
    ("hw_rng:allowed", "yes"),
    ("hw_video:ram_max_mb", "0"),
    ("os:secure_boot", "required"),
    ("pci_passthrough:alias", "gpu:1, nic:2"),
    ("quota:cpu_quota", "-1"),
    ("quota:disk_read_bytes_sec", "10240000"),
    ("quota:disk_total_iops_sec_max", "100"),
    ("quota:vif_inbound_average", "1"),
    ("quota:disk_io_shares_level", "high"),
    ("resources:VCPU", "2"),
    ("resources:CUSTOM_GOLD", "1"),
    ("resources1:MEMORY_MB", "64"),
    ("resources_NIC:SRIOV_NET_VF", "1"),
    ("trait:HW_CPU_X86_AVX2", "required"),
    ("trait:CUSTOM_FAST", "forbidden"),
    ("trait_A:STORAGE_DISK_SSD", "required"),
    ("aggregate_instance_extra_specs:ssd", "anything at all"),
    ("capabilities:cpu_info:features", "<in> aes"),
    ("hide_hypervisor_id", "true"),
    ("group_policy", "isolate"),
    ("accel:device_profile", "mine"),
    ("vmware:storage_policy", "gold"),
    ("my_company:tier", "whatever"),
    ("plain", ""),
    ("hw", "no namespace at all"),
    ("hwx:cpu_policy", "not our namespace"),
)
BAD = (
    ("hw:cpu_policy", "sometimes"),
    ("hw:cpu_policy", "Dedicated"),
    ("hw:cpu_cores", "0"),
    ("hw:cpu_cores", "many"),
    ("hw:cpu_cores", "1.5"),
    ("hw:boot_menu", "perhaps"),
    ("hw:mem_page_size", "huge"),
    ("hw:numa_cpus.0", "a"),
    ("hw:numa_cpus.x", "0"),
    ("hw:numa_mem.0", "0"),
    ("hw:tpm_version", "3.0"),
    ("hw:unheard_of", "1"),
    ("hw:", "1"),
    ("os:secure_boot", "yes"),
    ("pci_passthrough:alias", "gpu"),
    ("quota:cpu_period", "-1"),
    ("quota:disk_read_bytes", "1"),
    ("quota:vif_shares_level", "top"),
    ("resources:VCPU", "-1"),
    ("resources:VCPU", "x"),
    ("resources:NO_SUCH_CLASS", "1"),
    ("resources:CUSTOM_lower", "1"),
    ("resources1:NO_SUCH_CLASS", "1"),
    ("trait:HW_CPU_X86_AVX2", "preferred"),
    ("trait:NO_SUCH_TRAIT", "required"),
    ("trait_A:NO_SUCH_TRAIT", "required"),
    ("hide_hypervisor_id", "x"),
    ("group_policy", "other"),
    ("hw:cpu_cores", "9" * 400),
)


class ExtraSpecRulesTest(unittest.TestCase):
    def test_good(self) -> None:
        for name, value in GOOD:
            self.assertIsNone(fault_of(name, value), (name, value))

    def test_bad_names_its_place(self) -> None:
        for name, value in BAD:
            said = fault_of(name, value)
            self.assertIsNotNone(said, (name, value))
            self.assertIn(repr(name), said)
