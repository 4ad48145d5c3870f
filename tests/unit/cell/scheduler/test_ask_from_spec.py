# SPDX-License-Identifier: Apache-2.0
"""Reading a RequestSpec as an ask."""

import unittest

from nova_cells.cell.scheduler import InvalidAsk, ask_from_spec
from nova_cells.objects import Flavor, GroupPolicy, ImageFacts, RequestSpec

UUID = "2b3a0f3e-9d5b-4b0c-8d7e-3f6f4a9e1c11"
OTHER = "5a1c9a5a-8f0e-4c59-9a33-0f3f3c3f1d22"

DISKS = {"COMPUTE_EPHEMERAL_DISK", "COMPUTE_SWAP_DISK"}
"""What the flavor below needs of any host."""


def spec(extra_specs=None, properties=None, image=True, **values):
    flavor = Flavor(
        flavorid="1",
        name="m1.odd",
        vcpus=2,
        memory_mb=512,
        root_gb=10,
        ephemeral_gb=5,
        swap_mb=1025,
        extra_specs=extra_specs or {},
    )
    facts = ImageFacts(id=UUID, name="i", properties=properties or {}) if image else None
    return RequestSpec(
        uuid=UUID,
        project_id="p",
        user_id="u",
        request_id="req-1",
        created_at=0,
        deadline=1,
        name="n",
        hostname="n",
        flavor=flavor,
        image=facts,
        reservation_id="r-1",
        **values,
    )


class AskFromSpecTest(unittest.TestCase):
    def test_a_flavor_claims_all_its_disks_swap_rounded_up(self):
        self.assertEqual(
            {"VCPU": 2, "MEMORY_MB": 512, "DISK_GB": 17}, dict(ask_from_spec(spec()).resources)
        )

    def test_a_server_on_a_volume_claims_no_root_disk(self):
        self.assertEqual(7, ask_from_spec(spec(image=False)).disk_gb)

    def test_extra_specs_state_resources_and_take_them_out(self):
        ask = ask_from_spec(
            spec({"resources:VCPU": "0", "resources:CUSTOM_GPU": "1", "resources2:CUSTOM_GPU": "2"})
        )
        self.assertEqual({"MEMORY_MB": 512, "DISK_GB": 17, "CUSTOM_GPU": 3}, dict(ask.resources))

    def test_a_config_drive_needs_a_host_that_makes_them(self):
        self.assertIn(
            "COMPUTE_CONFIG_DRIVE", ask_from_spec(spec(config_drive=True)).required_traits
        )
        self.assertNotIn("COMPUTE_CONFIG_DRIVE", ask_from_spec(spec()).required_traits)

    def test_volumes_need_a_host_that_gives_servers_such(self):
        found = ask_from_spec(spec().replace(volumes=[{"id": "v", "boot_index": 0}]))
        self.assertIn("COMPUTE_VOLUME_ATTACH", found.required_traits)
        self.assertNotIn("COMPUTE_VOLUME_ATTACH", ask_from_spec(spec()).required_traits)

    def test_who_trusts_somebody_needs_a_host_that_checks_signatures(self):
        self.assertIn(
            "COMPUTE_TRUSTED_CERTS", ask_from_spec(spec(trusted_certs=["a"])).required_traits
        )
        self.assertNotIn(
            "COMPUTE_TRUSTED_CERTS", ask_from_spec(spec(trusted_certs=[])).required_traits
        )

    def test_the_type_of_the_image_is_told(self):
        self.assertEqual("COMPUTE_IMAGE_TYPE_QCOW2", ask_from_spec(spec()).image_type)
        self.assertIsNone(ask_from_spec(spec(image=False)).image_type)
        wish = spec()
        wish.image.container_format = "docker"
        self.assertEqual("COMPUTE_IMAGE_TYPE_TREE", ask_from_spec(wish).image_type)

    def test_traits_come_from_flavor_and_image(self):
        ask = ask_from_spec(
            spec(
                {"trait:A": "required", "trait1:B": "forbidden"},
                {"trait:C": "required", "os_distro": "linux"},
            )
        )
        self.assertEqual({"A", "C"} | DISKS, set(ask.required_traits))
        self.assertEqual({"B"}, set(ask.forbidden_traits))

    def test_traits_come_from_the_hardware_that_is_asked_for(self):
        ask = ask_from_spec(spec({"hw:tpm_version": "2.0"}, {"hw_disk_bus": "scsi"}))
        needed = {"COMPUTE_SECURITY_TPM_2_0", "COMPUTE_STORAGE_BUS_SCSI"}
        self.assertEqual(needed | DISKS, set(ask.required_traits))
        with self.assertRaisesRegex(InvalidAsk, "'punch-card'"):
            ask_from_spec(spec(properties={"hw_disk_bus": "punch-card"}))

    def test_ports_of_a_service_need_no_such_host_but_what_they_say(self):
        bandwidth = "NET_BW_EGR_KILOBIT_PER_SEC"
        port = {"service": "neutron", "resources": {bandwidth: 100}, "traits": ["CUSTOM_FAST"]}
        ask = ask_from_spec(spec(networks=[port, port, {"service": "neutron"}]))
        self.assertEqual(200, ask.resources[bandwidth])
        self.assertEqual(DISKS | {"CUSTOM_FAST"}, ask.required_traits)

    def test_an_interface_needs_a_host_that_makes_networks(self):
        for networks, needed in (("none", set()), ([], set()), ([{}], {"COMPUTE_LOCAL_NETWORK"})):
            ask = ask_from_spec(spec(networks=networks))
            self.assertEqual(needed, {"COMPUTE_LOCAL_NETWORK"} & ask.required_traits)

    def test_nonsense_names_its_key(self):
        for key, text in (("trait:A", "maybe"), ("resources:VCPU", "-1"), ("resources:X", "a")):
            with self.assertRaisesRegex(InvalidAsk, key):
                ask_from_spec(spec({key: text}))

    def test_hints_name_hosts(self):
        asked = []

        def hosts_of(uuids):
            asked.append(uuids)
            return {UUID: "host1"}

        hints = {"same_host": UUID, "different_host": [OTHER]}
        ask = ask_from_spec(spec(scheduler_hints=hints), hosts_of=hosts_of)
        self.assertEqual([sorted([UUID, OTHER])], asked)
        self.assertEqual({"host1"}, ask.same_hosts)
        self.assertEqual(set(), set(ask.different_hosts))

    def test_a_same_host_hint_for_a_server_that_is_gone_fits_no_host(self):
        self.assertEqual(
            set(), ask_from_spec(spec(scheduler_hints={"same_host": OTHER})).same_hosts
        )
        self.assertIsNone(ask_from_spec(spec()).same_hosts)

    def test_the_group_travels(self):
        group = GroupPolicy(uuid=OTHER, policy="anti-affinity", max_server_per_host=2)
        ask = ask_from_spec(spec(group=group), group_hosts={"h": 1}, excluded_hosts=["x"])
        self.assertEqual(
            (OTHER, "anti-affinity", 2, {"h": 1}, {"x"}),
            (ask.group, ask.group_policy, ask.group_limit, ask.group_hosts, ask.excluded_hosts),
        )
