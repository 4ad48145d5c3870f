# SPDX-License-Identifier: Apache-2.0
"""What the metadata service has at each path, in each version."""

from __future__ import annotations

import json
import unittest

from nova_cells.cell.compute.guest_data import Served, takes_password
from nova_cells.cell.compute.guest_data.versions import EC2, OPENSTACK
from nova_cells.objects import ImageFacts
from tests.unit.cell.compute.guest_data.machines import FULL, NIC, machine

FILES = {
    "2012-08-10": ["meta_data.json", "user_data"],
    "2013-04-04": ["password"],
    "2013-10-17": ["vendor_data.json"],
    "2015-10-15": ["network_data.json"],
    "2016-06-30": [],
    "2016-10-06": ["vendor_data2.json"],
    "2017-02-22": [],
    "2018-08-27": [],
    "2020-10-14": [],
    "latest": [],
}
EC2_NEW = {
    "1.0": [
        *("ami-id", "ami-launch-index", "ami-manifest-path", "hostname", "instance-id"),
        *("local-ipv4", "public-keys/", "reservation-id", "security-groups"),
    ],
    "2007-01-19": ["local-hostname", "public-hostname", "public-ipv4"],
    "2007-08-29": ["instance-type"],
    "2007-12-15": ["block-device-mapping/"],
    "2008-02-01": ["kernel-id", "placement/", "ramdisk-id"],
    "2008-09-01": ["instance-action"],
}


class ServedCase(unittest.TestCase):
    def served(self, **data) -> Served:
        image = ImageFacts(
            id="aabbccdd-0000-4000-8000-000000000001",
            name="small",
            properties={
                "kernel_id": "11223344-0000-4000-8000-000000000001",
                "ramdisk_id": "55667788-0000-4000-8000-000000000001",
            },
        )
        return Served(machine(**{**FULL, "nics": [NIC], "image": image, "swap_mb": 64, **data}))

    def text(self, path: str, **data) -> str | None:
        page = self.served(**data).page([part for part in path.split("/") if part])
        return None if page is None else page.body.decode()


class OpenStackTest(ServedCase):
    def test_versions(self):
        self.assertEqual(list(FILES), self.text("openstack").split("\n"))

    def test_each_version_has_its_files_and_every_one_is_there(self):
        expected: list[str] = []
        for version, new in FILES.items():
            expected = sorted(expected + new)
            self.assertEqual(expected, self.text(f"openstack/{version}").split("\n"), version)
            for name in sorted({name for names in FILES.values() for name in names}):
                found = self.text(f"openstack/{version}/{name}")
                self.assertEqual(name in expected, found is not None, (version, name))

    def test_each_version_has_its_fields(self):
        since = {"random_seed": 1, "project_id": 3, "devices": 4, "dedicated_cpus": 8}
        for number, version in enumerate(OPENSTACK):
            meta = json.loads(self.text(f"openstack/{version}/meta_data.json"))
            for name, first in since.items():
                self.assertEqual(number >= first, name in meta, (version, name))
            if number >= 4:
                self.assertEqual(number >= 6, "vlan" in meta["devices"][0], version)
                self.assertEqual(number >= 7, "vf_trusted" in meta["devices"][0], version)

    def test_what_is_in_the_files(self):
        meta = json.loads(self.text("openstack/latest/meta_data.json", admin_password="secret"))
        self.assertNotIn("admin_pass", meta)
        self.assertEqual({"mine": "ssh-rsa AAA me"}, meta["public_keys"])
        self.assertEqual(["mine", "win"], [key["name"] for key in meta["keys"]])
        self.assertEqual("/content/0000", meta["files"][0]["content_path"])
        self.assertEqual("hello", self.text("openstack/content/0000"))
        self.assertEqual("#!/bin/sh\n", self.text("openstack/latest/user_data"))
        self.assertEqual("c2VjcmV0", self.text("openstack/latest/password"))
        self.assertEqual("", self.text("openstack/latest/password", password=None))
        self.assertEqual("{}", self.text("openstack/latest/vendor_data.json"))
        vendor = {"static": {}, "ad": {"token": 1}}
        found = self.text("openstack/latest/vendor_data2.json", vendor_data2=vendor)
        self.assertEqual(vendor, json.loads(found))

    def test_without_user_data(self):
        self.assertIsNone(self.text("openstack/latest/user_data", user_data=None))
        self.assertNotIn("user_data", self.text("openstack/latest", user_data=None))
        self.assertIsNone(self.text("latest/user-data", user_data=None))
        self.assertEqual("meta-data/", self.text("latest", user_data=None))

    def test_user_data_that_is_no_base64_is_given_as_it_is(self):
        self.assertEqual("#!/bin/x", self.text("latest/user-data", user_data="#!/bin/x"))

    def test_nothing_else_is_there(self):
        for path in (
            "openstack/2011-01-01",
            "openstack/latest/nothing",
            "openstack/latest/meta_data.json/more",
            "openstack/content",
            "openstack/content/0001",
            "openstack/content/../latest",
            "openstack/../etc/passwd",
            "..",
            "2010-01-01/meta-data",
            "latest/dynamic/instance-identity",
            "latest/meta-data/hostname/more",
            "latest/meta-data/public-keys/7",
            "latest/meta-data/public-keys/0/_name",
            "latest/meta-data/placement/region",
        ):
            self.assertIsNone(self.text(path), path)

    def test_where_a_password_is_handed_in(self):
        taking = [v for v in OPENSTACK if takes_password(["openstack", v, "password"])]
        self.assertEqual(list(OPENSTACK[1:]), taking)
        for path in (["latest", "password"], ["openstack", "latest"], ["openstack", "x"], []):
            self.assertFalse(takes_password(path))


class NetworkTest(ServedCase):
    def document(self, **changes):
        nics = [{**NIC, **changes}]
        return json.loads(self.text("openstack/latest/network_data.json", nics=nics))

    def test_links_networks_and_services(self):
        found = self.document()
        link = {
            "id": "tap7a7f0a4e-11",
            "vif_id": NIC["id"],
            "type": "bridge",
            "mtu": 1450,
            "ethernet_mac_address": NIC["mac"],
        }
        self.assertEqual([link], found["links"])
        four, six = found["networks"]
        self.assertEqual(("network0", "ipv4"), (four["id"], four["type"]))
        self.assertEqual(("10.1.2.3", "255.255.240.0"), (four["ip_address"], four["netmask"]))
        route = {"network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "10.1.0.1"}
        self.assertEqual([route], four["routes"])
        self.assertEqual(link["id"], six["link"])
        self.assertEqual(("fd00::3", "ffff:ffff:ffff:ffff::"), (six["ip_address"], six["netmask"]))
        self.assertEqual([], six["routes"])
        self.assertEqual([{"type": "dns", "address": "fd00::2"}], six["services"])
        self.assertEqual(["10.1.0.2", "fd00::2"], [one["address"] for one in found["services"]])

    def test_a_bare_nic(self):
        found = self.document(bridge=None, addresses=[], gateway=None, dns=[])
        self.assertEqual("phy", found["links"][0]["type"])
        self.assertEqual(([], []), (found["networks"], found["services"]))


class Ec2Test(ServedCase):
    def test_versions(self):
        found = self.text("").split("\n")
        self.assertEqual(("1.0", "2009-04-04", "latest"), (found[0], found[-2], found[-1]))
        self.assertEqual(list(EC2), found)

    def test_each_version_has_its_entries_and_every_one_is_there(self):
        expected: list[str] = []
        for version in EC2:
            self.assertEqual("meta-data/\nuser-data", self.text(version))
            self.assertEqual("#!/bin/sh\n", self.text(f"{version}/user-data"))
            expected = sorted(expected + EC2_NEW.get(version, []))
            self.assertEqual(expected, self.text(f"{version}/meta-data").split("\n"), version)
            for name in sorted({name for names in EC2_NEW.values() for name in names}):
                found = self.text(f"{version}/meta-data/{name}")
                self.assertEqual(name in expected, found is not None, (version, name))

    def test_the_address_that_the_network_service_leads_here(self):
        floating = [{"address": "172.24.4.9", "fixed": "10.1.2.3"}]
        nics = [{**NIC, "floating": []}, {**NIC, "floating": floating}]
        self.assertEqual("172.24.4.9", self.text("latest/meta-data/public-ipv4", nics=nics))

    def test_what_is_in_them(self):
        for name, value in {
            "ami-id": "ami-aabbccdd",
            "ami-launch-index": "0",
            "hostname": "web-server",
            "instance-id": "i-5d0c3a52",
            "instance-type": "m1.tiny",
            "kernel-id": "aki-11223344",
            "ramdisk-id": "ari-55667788",
            "local-ipv4": "10.1.2.3",
            "public-ipv4": "",
            "placement": "availability-zone",
            "placement/availability-zone": "az1",
            "public-keys": "0=mine",
            "public-keys/0": "openssh-key",
            "public-keys/0/openssh-key": "ssh-rsa AAA me",
            "reservation-id": "r-1",
            "security-groups": "default\nweb",
            "block-device-mapping": "ami\nephemeral0\nroot\nswap",
            "block-device-mapping/root": "/dev/vda",
            "block-device-mapping/ami": "vda",
            "block-device-mapping/ephemeral0": "/dev/vdb",
            "block-device-mapping/swap": "/dev/vdc",
        }.items():
            self.assertEqual(value, self.text(f"latest/meta-data/{name}"), name)

    def test_disks_are_named_after_the_root_disk(self):
        path = "latest/meta-data/block-device-mapping/ephemeral0"
        self.assertEqual("/dev/sdb", self.text(path, root_device_name="/dev/sda"))

    def test_a_guest_without_keys_and_image(self):
        found = self.text("latest/meta-data", keys=[], image=None).split("\n")
        self.assertNotIn("public-keys/", found)
        self.assertEqual("ami-00000000", self.text("latest/meta-data/ami-id", image=None))
