# SPDX-License-Identifier: Apache-2.0
"""The real client with a real Keystone and a real Glance in front of a standalone cloud."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kit import companions, ports
from kit.daemon import Daemon

from tests.clients.base import ClientCase
from tests.clients.standalone_process import Standalone


class WithKeystoneAndGlance(ClientCase):
    """Tokens, roles, catalogue and images come from the real services."""

    cloud = "nova-cells"

    @classmethod
    def setUpClass(cls) -> None:
        folder = tempfile.TemporaryDirectory(prefix="nova-cells-test-")
        cls.addClassCleanup(folder.cleanup)
        state = Path(folder.name)
        for name in ("glance", "keystone"):
            cls.addClassCleanup(Daemon(name, state).stop)
        port = ports.free()
        endpoint = f"http://127.0.0.1:{port}/v2.1"
        services = companions.up(state, "a-password-of-this-test", endpoint)
        configuration = state / "nova-cells.conf"
        configuration.write_text(services.identity() + services.images())
        cls.clouds = state / "clouds.yaml"
        cls.clouds.write_text(services.clouds())
        options = ("--auth", "keystone", "--config-file", str(configuration))
        standalone = Standalone(*options, port=port)
        cls.addClassCleanup(standalone.remove)
        standalone.start()
        cls.blank = state / "blank.raw"
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
        usage = self.openstack("usage", "show")
        self.assertEqual(1, len(usage["Servers"]))
        self.do("server", "delete", "--wait", "from-glance")

    def test_roles_and_tokens(self) -> None:
        self.refused("hypervisor", "list")
        self.assertTrue(self.openstack("hypervisor", "list", cloud="nova-cells-admin"))
        self.do("quota", "set", "--instances", "7", "demo", cloud="nova-cells-admin")
        quotas = self.openstack("quota", "show", "--compute", "demo", cloud="nova-cells-admin")
        limits = {quota["Resource"]: quota["Limit"] for quota in quotas}
        self.assertEqual(7, limits["instances"])
        self.refused(
            *("server", "create", "--flavor", "m1.tiny", "--nic", "none"),
            *("--image", "00000000-0000-4000-8000-000000000000", "no-image"),
        )
