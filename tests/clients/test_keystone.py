# SPDX-License-Identifier: Apache-2.0
"""The real client with a real Keystone and a real Glance in front of a standalone cloud."""

from __future__ import annotations

import tempfile
from pathlib import Path

from kit import glance, keystone
from kit.catalog import Catalog
from kit.daemon import Daemon
from kit.quickstart.cloud import CLOUDS, CONF

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
        identity = keystone.up(state, "a-password-of-this-test")
        catalog = Catalog(identity)
        service = catalog.project("service")
        for user in ("glance", "nova"):
            catalog.user(user, service, "admin", "service")
        catalog.user("demo", catalog.project("demo"), "member", "reader")
        image = glance.up(state, identity)
        catalog.service("image", "glance", image.url)
        configuration = state / "nova-cells.conf"
        configuration.write_text(
            CONF.format(
                keystone=identity.url, password=identity.password, glance=image.url, uris=""
            )
        )
        cls.clouds = state / "clouds.yaml"
        cls.clouds.write_text(CLOUDS.format(keystone=identity.url, password=identity.password))
        standalone = Standalone("--auth", "keystone", "--config-file", str(configuration))
        cls.addClassCleanup(standalone.remove)
        standalone.start()
        catalog.service("compute", "nova", f"http://127.0.0.1:{standalone.port}/v2.1")
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
