# SPDX-License-Identifier: Apache-2.0
"""What a guest finds on its config drive."""

from __future__ import annotations

import json
import tempfile
import unittest
from pathlib import Path

import pycdlib

from nova_cells.cell.compute.guest_data import (
    guest_files,
    read_config_drive,
    write_config_drive,
)
from nova_cells.cell.compute.guest_data.versions import OPENSTACK
from tests.unit.cell.compute.guest_data.machines import FULL, UUID, machine


class GuestFilesTest(unittest.TestCase):
    def document(self, path: str, **data) -> dict:
        return json.loads(guest_files(machine(**data))[path])

    def test_meta_data(self):
        meta = self.document("openstack/latest/meta_data.json", **FULL, admin_password="secret")
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
        self.assertEqual([], meta["devices"])
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
        for version in OPENSTACK:
            self.assertIn(f"openstack/{version}/meta_data.json", files)
        self.assertFalse([name for name in files if name.endswith("/password")])

    def test_a_seed_is_random_and_a_drives_own(self):
        path = "openstack/latest/meta_data.json"
        seeds = {self.document(path, **FULL)["random_seed"] for _ in range(2)}
        self.assertEqual(2, len(seeds))
        self.assertEqual([684, 684], [len(seed) for seed in seeds])


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
        wanted, found = guest_files(machine(**FULL)), read_config_drive(self.path)
        self.assertEqual(wanted.keys(), found.keys())
        for name, content in wanted.items():
            self.assertEqual(_unseeded(content), _unseeded(found[name]), name)

    def test_only_the_owner_may_read_it_and_writing_again_replaces_it(self):
        write_config_drive(machine(), self.path)
        first = self.path.read_bytes()
        write_config_drive(machine(admin_password="secret"), self.path)
        self.assertNotEqual(first, self.path.read_bytes())
        self.assertEqual(0o600, self.path.stat().st_mode & 0o777)
        self.assertEqual([self.path], list(self.path.parent.iterdir()))


def _unseeded(content: bytes) -> bytes:
    if not content.startswith(b"{"):
        return content
    document = json.loads(content)
    document.pop("random_seed", None)
    return json.dumps(document).encode()
