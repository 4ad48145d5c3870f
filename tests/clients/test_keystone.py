# SPDX-License-Identifier: Apache-2.0
"""The real client with a real Keystone and a real Glance in front of a standalone cloud."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.clients.base import ClientCase
from tests.clients.shared_cloud import cloud


class WithKeystoneAndGlance(ClientCase):
    """Tokens, roles, catalogue and images come from the real services."""

    cloud = "nova-cells"

    @classmethod
    def setUpClass(cls) -> None:
        cls.clouds = cloud().clouds
        folder = tempfile.TemporaryDirectory(prefix="nova-cells-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.blank = Path(folder.name) / "blank.raw"
        cls.blank.write_bytes(bytes(2**20))

    def test_boot_from_an_uploaded_image(self) -> None:
        made = self.openstack(
            *("image", "create", "--container-format", "bare", "--disk-format", "raw"),
            *("--file", str(self.blank), "mine"),
        )
        self.openstack(
            *("server", "create", "--flavor", "m1.tiny", "--image", "mine", "--nic", "none"),
            "from-glance",
        )
        shown = self.wait_for("from-glance", "ACTIVE")
        self.assertIn(made["id"], str(shown["image"]))
        self.assertTrue(self.openstack("usage", "show")["Servers"])
        self.do("server", "delete", "--wait", "from-glance")

    def test_roles_and_tokens(self) -> None:
        self.refused("hypervisor", "list")
        self.assertTrue(self.openstack("hypervisor", "list", cloud="nova-cells-admin"))
        cloud().project("client-quotas")
        admin = "nova-cells-admin"
        self.do("quota", "set", "--instances", "7", "client-quotas", cloud=admin)
        quotas = self.openstack("quota", "show", "--compute", "client-quotas", cloud=admin)
        limits = {quota["Resource"]: quota["Limit"] for quota in quotas}
        self.assertEqual(7, limits["instances"])
        self.refused(
            *("server", "create", "--flavor", "m1.tiny", "--nic", "none"),
            *("--image", "00000000-0000-4000-8000-000000000000", "no-image"),
        )
