# SPDX-License-Identifier: Apache-2.0
"""What images and flavors may ask of hardware, how it is read, and which traits it needs."""

from __future__ import annotations

import unittest

import os_traits

from nova_cells.global_api.resources.flavor_extra_specs.rules import fault_of
from nova_cells.objects.hardware import Unfit, hardware_traits, wishes_of
from nova_cells.objects.hardware.reading import flavor_name
from nova_cells.objects.hardware.wishes import FLAGS, FLAVOR_TRAITS, WISHES


class HardwareTest(unittest.TestCase):
    def test_nothing_asked_is_nothing_needed(self):
        self.assertEqual({}, wishes_of({}, {}))
        self.assertEqual({}, wishes_of({"hw_disk_bus": "", "os_distro": "debian"}, {}))
        self.assertEqual(frozenset(), hardware_traits({}, {"hw:unknown": "1"}))

    def test_image_and_flavor_ask(self):
        found = wishes_of({"hw_disk_bus": "scsi"}, {"hw:tpm_version": "2.0", "hw:disk_bus": "ide"})
        self.assertEqual({"hw_disk_bus": "scsi", "hw_tpm_version": "2.0"}, found)

    def test_flags_are_read_in_one_way(self):
        for text, value in (("yes", "true"), ("1", "true"), ("OFF", "false")):
            self.assertEqual({"hw_pmu": value}, wishes_of({"hw_pmu": text}, {}))

    def test_contradictions_are_refused_unless_the_image_comes_first(self):
        with self.assertRaisesRegex(Unfit, "hw_tpm_version '2.0'.*'1.2'"):
            wishes_of({"hw_tpm_version": "2.0"}, {"hw:tpm_version": "1.2"})
        both = wishes_of({"hw_boot_menu": "no"}, {"hw:boot_menu": "yes"})
        self.assertEqual({"hw_boot_menu": "false"}, both)

    def test_unknown_values_are_refused_by_name(self):
        for properties, specs, words in (
            ({"hw_disk_bus": "punch-card"}, {}, "'punch-card'.*image property hw_disk_bus.*virtio"),
            ({"hw_machine_type": "pc; rm"}, {}, "hw_machine_type"),
            ({"hw_pmu": "perhaps"}, {}, "hw_pmu"),
            ({}, {"hw:cpu_cores": "²"}, "extra spec hw:cpu_cores"),
        ):
            with self.assertRaisesRegex(Unfit, words):
                wishes_of(properties, specs)

    def test_a_long_value_is_not_repeated_whole(self):
        with self.assertRaises(Unfit) as caught:
            wishes_of({"hw_disk_bus": "x" * 10000}, {})
        self.assertLess(len(str(caught.exception)), 300)

    def test_traits_of_values(self):
        properties = {"hw_firmware_type": "uefi", "os_secure_boot": "required"}
        properties |= {"hw_video_model": "virtio", "hw_watchdog_action": "disabled"}
        self.assertEqual(
            {
                "COMPUTE_FIRMWARE_UEFI",
                "COMPUTE_SECURITY_UEFI_SECURE_BOOT",
                "COMPUTE_GRAPHICS_MODEL_VIRTIO",
                "COMPUTE_DISK_LIMITS",
            },
            hardware_traits(properties, {"quota:disk_read_iops_sec": "100"}),
        )

    def test_traits_are_openstacks_own_or_named_like_them(self):
        own = {
            "COMPUTE_CPU_DEDICATED",
            "COMPUTE_CPU_LIMITS",
            "COMPUTE_CPU_MIXED",
            "COMPUTE_CPU_REALTIME",
            "COMPUTE_DISK_LIMITS",
            "COMPUTE_MEM_LOCKED",
            "COMPUTE_MEM_PAGES",
            "COMPUTE_NET_LIMITS",
            "COMPUTE_NET_VIF_MULTIQUEUE",
            "COMPUTE_NUMA_TOPOLOGY",
            "COMPUTE_PMEM",
            "COMPUTE_WATCHDOG",
        }
        traits = {trait for wish in WISHES.values() for trait in wish.values.values() if trait}
        traits |= {wish.trait for wish in WISHES.values() if wish.trait}
        self.assertEqual(own, {*traits, *FLAVOR_TRAITS.values()} - set(os_traits.get_traits()))

    def test_whatever_a_flavor_may_ask_can_be_stored_with_it(self):
        for name, wish in WISHES.items():
            if wish.flavor and not wish.pattern:
                value = "yes" if name in FLAGS else next(iter(wish.values))
                self.assertIsNone(fault_of(flavor_name(name), value))
        for name in FLAVOR_TRAITS:
            self.assertIsNone(fault_of(name, "a:1" if name.startswith("pci") else "1"))

    def test_what_no_driver_gives_is_never_left_out_in_silence(self):
        for specs in (
            {"hw:cpu_policy": "dedicated"},
            {"hw:mem_page_size": "2MB"},
            {"hw:mem_page_size": "large"},
            {"hw:mem_encryption": "true"},
            {"pci_passthrough:alias": "gpu:1"},
        ):
            self.assertEqual(1, len(hardware_traits({}, specs)), specs)
        for harmless in ({"hw:cpu_policy": "shared"}, {"hw:mem_page_size": "any"}):
            self.assertEqual(frozenset(), hardware_traits({}, harmless))
