# SPDX-License-Identifier: Apache-2.0
"""A driver on a real host, with a state folder of the test's own and a shared image cache."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import uuid
from pathlib import Path
from typing import Any

import libvirt
from oslo_config import cfg

from nova_cells.cell.compute.drivers.interface import Driver, ImageSource, Surroundings
from nova_cells.cell.compute.drivers.libvirt import make_drivers
from nova_cells.objects import ImageFacts, Machine
from tests.parity.case import DriverTestCase, small_volume
from tests.real.conf import driver_conf
from tests.real.ground import HOSTS, Ground, ground
from tests.real.small_images import SmallImages

BRIDGE = "ncparity"
BANNER = "nova_cells test guest"


class RealDriverCase(DriverTestCase):
    """`host` names the real host; a test that harms one chooses the second."""

    patience = 90.0
    pause = 0.1
    host = "hv1"
    soft_reboot_timeout = 60.0

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.ground: Ground = ground()

    def setUp(self) -> None:
        self.deployment = str(uuid.uuid4())
        self.state = Path(tempfile.mkdtemp(dir=self.ground.folder))
        self.addCleanup(shutil.rmtree, self.state)
        super().setUp()
        self.addCleanup(self._destroy_all)

    def _destroy_all(self) -> None:
        for left in self.driver.machines():
            self.driver.destroy(left)

    def make_neighbour(self) -> Driver:
        """The other host, with a state folder of its own: nothing is shared but the cache."""
        other = next(host for host in HOSTS if host != self.host)
        surroundings = Surroundings((other,), self.state / "neighbour", self.ground.images)
        return make_drivers(self.make_conf(), surroundings)[other]

    def make_driver(self, images: ImageSource | None = None) -> Driver:
        surroundings = Surroundings((self.host,), self.state, images or self.ground.images)
        return make_drivers(self.make_conf(), surroundings)[self.host]

    def make_conf(self) -> cfg.ConfigOpts:
        conf = driver_conf(self.ground.uris, self.cache)
        conf.set_override("soft_reboot_timeout", self.soft_reboot_timeout, group="libvirt")
        return conf

    @property
    def cache(self) -> str:
        return str(self.ground.folder / "cache")

    def make_machine(self, **changes: Any) -> Machine:
        values: dict[str, Any] = {
            "uuid": str(uuid.uuid4()),
            "epoch": 1,
            "name": "real",
            "project_id": "p",
            "user_id": "u",
            "vcpus": 1,
            "memory_mb": 128,
            "root_gb": 1,
            "image": self.ground.guest,
        }
        return Machine(**{**values, **changes})

    def image_in(self, disk_format: str, **facts: Any) -> ImageFacts:
        return SmallImages(self.ground.images, self.id()).of(disk_format, **facts)

    def uncached_image(self) -> ImageFacts:
        path = self.state / "image"
        path.write_bytes(b"not a system".ljust(1 << 20, b"\0"))
        return self.ground.images.add(path, self.id(), disk_format="raw")

    def listening(self) -> str:
        uuid = self.running()
        self.banner()
        return uuid

    def with_agent(self) -> Machine:
        image = ImageFacts.from_document(self.ground.guest.document())
        image.properties = {**image.properties, "hw_qemu_guest_agent": "yes"}
        return self.make_machine(uuid=self.machine.uuid, image=image)

    def make_nic(self, number: int = 0, **changes: Any) -> dict[str, Any]:
        """On a bridge without anybody else."""
        connection = self.connection()
        if BRIDGE not in [
            one.bridgeName() for one in connection.listAllNetworks() if one.isActive()
        ]:
            connection.networkCreateXML(
                f"<network><name>{BRIDGE}</name><bridge name='{BRIDGE}'/></network>"
            )
        return super().make_nic(number, bridge=BRIDGE, **changes)

    def make_volume(self, number: int = 0, **changes: Any) -> dict[str, Any]:
        """A sparse file."""
        path = self.state / f"volume-{number}.raw"
        with path.open("ab") as stream:
            stream.truncate(1 << 20)
        return small_volume(number, str(path), **changes)

    def beside(self, volume: dict[str, Any], name: str, below: str = "") -> str:
        """As Cinder makes them: they lean on plain names."""
        own = Path(volume["connection"]["data"]["device_path"])
        if name and not own.with_name(name).exists():
            command = ["qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2" if below else "raw"]
            command += ["-b", below or own.name, str(own.with_name(name))]
            subprocess.run(command, check=True, cwd=own.parent)
        return name or own.name

    def connection(self) -> libvirt.virConnect:
        """Our own way to the host, past the driver."""
        connection = libvirt.open(self.ground.uris[self.host])
        self.addCleanup(connection.close)
        return connection

    def banner(self, times: int = 1) -> str:
        """The console once the guest has shown its prompt so often."""

        def shown() -> str:
            text = self.driver.console_output(self.machine.uuid, -1)
            return text if text.count("login:") >= times else ""

        return self.eventually(shown, f"{times} prompts on the console")

    def files(self) -> set[str]:
        """Everything the driver has in its state folder about machines."""
        return {path.name for path in self.state.glob("libvirt/*/instances/*")}
