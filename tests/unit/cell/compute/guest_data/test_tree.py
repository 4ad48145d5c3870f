# SPDX-License-Identifier: Apache-2.0
"""What a guest may read of itself."""

from __future__ import annotations

import io
import json
import tempfile
import unittest
from pathlib import Path

import pycdlib

from nova_cells.cell.compute.guest_data import guest_files, write_config_drive
from nova_cells.objects import Machine

UUID = "5d0c3a52-90f4-4e0b-8f0e-4b1f2b4a7f11"


def machine(**data) -> Machine:
    return Machine(
        uuid=UUID,
        epoch=1,
        name="Web server",
        project_id="p1",
        user_id="u1",
        vcpus=1,
        memory_mb=64,
        root_gb=1,
        image=None,
        admin_password=data.pop("password", None),
        guest_data=data,
    )


FULL = {
    "hostname": "web-server",
    "name": "Web server",
    "metadata": {"colour": "grün"},
    "keys": [{"name": "mine", "type": "ssh", "data": "ssh-rsa AAA me"}],
    "user_data": "IyEvYmluL3NoCg==",
    "personality": [{"path": "/etc/motd", "contents": "aGVsbG8="}],
    "availability_zone": "az1",
    "instance_type": "m1.tiny",
    "reservation_id": "r-1",
}


class GuestFilesTest(unittest.TestCase):
    def document(self, path: str, **data) -> dict:
        return json.loads(guest_files(machine(**data))[path])

    def test_meta_data(self):
        meta = self.document("openstack/latest/meta_data.json", **FULL, password="secret")
        for name, value in {
            "uuid": UUID,
            "hostname": "web-server",
            "name": "Web server",
            "project_id": "p1",
            "availability_zone": "az1",
            "launch_index": 0,
            "meta": {"colour": "grün"},
            "public_keys": {"mine": "ssh-rsa AAA me"},
            "admin_pass": "secret",
            "files": [{"path": "/etc/motd", "content_path": "/content/0000"}],
        }.items():
            self.assertEqual(value, meta[name], name)

    def test_user_data_and_files_are_decoded(self):
        files = guest_files(machine(**FULL))
        self.assertEqual(b"#!/bin/sh\n", files["openstack/latest/user_data"])
        self.assertEqual(b"#!/bin/sh\n", files["ec2/latest/user-data"])
        self.assertEqual(b"hello", files["openstack/content/0000"])

    def test_a_machine_about_which_nothing_is_said(self):
        files = guest_files(machine())
        self.assertNotIn("openstack/latest/user_data", files)
        meta = json.loads(files["openstack/latest/meta_data.json"])
        self.assertEqual("Web server", meta["hostname"])
        self.assertNotIn("admin_pass", meta)
        network = json.loads(files["openstack/latest/network_data.json"])
        self.assertEqual({"links": [], "networks": [], "services": []}, network)
        self.assertEqual({}, json.loads(files["openstack/latest/vendor_data.json"]))

    def test_ec2(self):
        document = self.document("ec2/latest/meta-data.json", **FULL)
        self.assertEqual("i-5d0c3a52", document["instance-id"])
        self.assertEqual("m1.tiny", document["instance-type"])
        self.assertEqual("ssh-rsa AAA me", document["public-keys"]["0"]["openssh-key"])

    def test_every_version_has_the_documents(self):
        files = guest_files(machine(**FULL))
        for version in ("2012-08-10", "2018-08-27", "latest"):
            self.assertIn(f"openstack/{version}/meta_data.json", files)


class ConfigDriveTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "config.iso"

    def test_the_disk_holds_the_tree_under_its_label(self):
        write_config_drive(machine(**FULL), self.path)
        iso = pycdlib.PyCdlib()
        iso.open(str(self.path))
        self.addCleanup(iso.close)
        self.assertEqual(b"config-2", iso.pvd.volume_identifier.rstrip())
        for name, content in guest_files(machine(**FULL)).items():
            read = io.BytesIO()
            iso.get_file_from_iso_fp(read, rr_path=f"/{name}")
            self.assertEqual(content, read.getvalue(), name)

    def test_only_the_owner_may_read_it_and_writing_again_replaces_it(self):
        write_config_drive(machine(), self.path)
        first = self.path.read_bytes()
        write_config_drive(machine(password="secret"), self.path)
        self.assertNotEqual(first, self.path.read_bytes())
        self.assertEqual(0o600, self.path.stat().st_mode & 0o777)
        self.assertEqual([self.path], list(self.path.parent.iterdir()))
