# SPDX-License-Identifier: Apache-2.0
"""One running cloud with real Keystone and Glance for all the suites that can share it.

It is started by the first test that asks and ends with the process: whoever shares it removes what
it makes, and never counts on being alone.
"""

from __future__ import annotations

import atexit
import functools
import tempfile
from pathlib import Path

from kit import companions, ports
from kit.conformance import images
from kit.daemon import Daemon
from openstack.config import OpenStackConfig
from openstack.connection import Connection

from tests.clients.standalone_process import Standalone

PASSWORD = "a-password-of-this-test"
ADMIN, MEMBER = "nova-cells-admin", "nova-cells"
# Room for every suite's servers at once.
QUOTAS = {"instances": 200, "cores": 400, "ram": 400_000}
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKvd/JH4OrxlmbfSd98Z2/Yrf4D2Q6vIjgVeZqh4mJHH a-user"
SHELL = {
    "OS_USER_DOMAIN_NAME": "Default",
    "OS_PROJECT_DOMAIN_NAME": "Default",
    "OS_PASSWORD": PASSWORD,
    "OS_REGION_NAME": "RegionOne",
}


class SharedCloud:
    """Where clients find it and what is in it."""

    def __init__(self, folder: Path) -> None:
        for name in ("glance", "keystone"):
            atexit.register(Daemon(name, folder).stop)
        port = ports.free()
        self.endpoint = f"http://127.0.0.1:{port}/v2.1"
        self.services = companions.up(folder, PASSWORD, self.endpoint)
        self.clouds = folder / "clouds.yaml"
        self.clouds.write_text(self.services.clouds())
        self._start(folder, port)
        self.images = self._upload()
        self.key = folder / "key.pub"
        self.key.write_text(KEY)
        self.connection(ADMIN).compute.update_quota_set(self.project("demo"), **QUOTAS)
        self.connection(ADMIN).compute.update_quota_set(self.project("admin"), **QUOTAS)

    def connection(self, cloud: str = ADMIN, microversion: str | None = "2.104") -> Connection:
        """openstacksdk's connection of a user; without a microversion the SDK takes its own."""
        config = OpenStackConfig(config_files=[str(self.clouds)], load_envvars=False)
        region = config.get_one(cloud=cloud)
        region.config["compute_default_microversion"] = microversion
        return Connection(config=region)

    def project(self, name: str) -> str:
        """The id of a project."""
        return self.services.catalog.project(name)

    def environment(self) -> dict[str, str]:
        """What both shells read from their environment."""
        who = {"OS_USERNAME": "admin", "OS_PROJECT_NAME": "admin"}
        return {**SHELL, **who, "OS_AUTH_URL": self.services.keystone.url}

    def facts(self) -> dict[str, str]:
        """What stories may put in braces."""
        compute = self.connection().compute
        computes = {one.host: one.id for one in compute.services(binary="nova-compute")}
        nodes = {one.name: one.id for one in compute.hypervisors()}
        first, second, *_, last = sorted(computes)
        return {
            "image": self.images["image"],
            "other_image": self.images["image-alt"],
            "demo": self.project("demo"),
            "admin": self.project("admin"),
            "idle": self.project("idle"),
            "host": first,
            "second_host": second,
            "second_service": computes[second],
            "last_host": last,
            "last_service": computes[last],
            "last_hypervisor": nodes[last],
            "nowhere": "00000000-0000-4000-8000-000000000000",
            "key": str(self.key),
        }

    def _start(self, folder: Path, port: int) -> None:
        configuration = folder / "nova-cells.conf"
        configuration.write_text(self.services.identity() + self.services.images())
        options = ("--auth", "keystone", "--config-file", str(configuration))
        self._standalone = Standalone(*options, "--cells", "2", "--hosts", "3", port=port)
        atexit.register(self._standalone.remove)
        self._standalone.start()

    def _upload(self) -> dict[str, str]:
        glance = self.services.glance.url
        token = self.services.catalog.token("admin", "admin")
        return images.ensure(glance, token, "image", "image-alt")


@functools.cache
def cloud() -> SharedCloud:
    """The cloud, started when nobody has asked before."""
    folder = tempfile.TemporaryDirectory(prefix="nova-cells-test-")
    atexit.register(folder.cleanup)
    return SharedCloud(Path(folder.name))
