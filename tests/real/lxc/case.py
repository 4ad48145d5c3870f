# SPDX-License-Identifier: Apache-2.0
"""The driver of containers on a real host; the rest is as with QEMU's guests.

A container's root is nobody on the host, so every folder above its tree lets others through.
"""

from __future__ import annotations

import functools
import tarfile
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import libvirt
from oslo_config import cfg

from nova_cells.cell.compute.drivers.interface import Driver, ImageSource, Surroundings
from nova_cells.cell.compute.drivers.lxc import make_drivers
from nova_cells.cell.compute.drivers.lxc.opts import OPTIONS as DRIVER_OPTIONS
from nova_cells.cell.compute.images.opts import OPTIONS as IMAGE_OPTIONS
from nova_cells.objects import ImageFacts, Machine
from tests.real.case import RealDriverCase
from tests.real.ground import HOSTS, ground, guest_image

ROOT = 1000000
"""Who root of a container is on the host."""


class LxcCase(RealDriverCase):
    """`self.machine` is a container of 32 MiB."""

    soft_reboot_timeout = 10.0

    def setUp(self) -> None:
        self.ground.folder.chmod(0o711)
        super().setUp()
        self.state.chmod(0o711)

    def make_driver(self, images: ImageSource | None = None) -> Driver:
        return self._driver_of(self.host, self.state, images or self.ground.images)

    def make_neighbour(self) -> Driver:
        other = next(host for host in HOSTS if host != self.host)
        place = self.state / "neighbour"
        place.mkdir(mode=0o711, exist_ok=True)
        return self._driver_of(other, place, self.ground.images)

    def _driver_of(self, host: str, state: Path, images: ImageSource) -> Driver:
        return make_drivers(self.make_conf(), Surroundings((host,), state, images))[host]

    def make_conf(self) -> cfg.ConfigOpts:
        conf = lxc_conf(self.ground.uris, self.cache)
        conf.set_override("soft_reboot_timeout", self.soft_reboot_timeout, group="lxc")
        return conf

    def make_machine(self, **changes: Any) -> Machine:
        values: dict[str, Any] = {
            "uuid": str(uuid.uuid4()),
            "epoch": 1,
            "name": "contained",
            "project_id": "p",
            "user_id": "u",
            "vcpus": 1,
            "memory_mb": 32,
            "root_gb": 1,
            "image": container_image(),
        }
        return Machine(**{**values, **changes})

    def uncached_image(self) -> ImageFacts:
        path = self.state / "image"
        with tarfile.open(path, "w") as archive:
            archive.addfile(tarfile.TarInfo("empty"))
        return self.tree_image(path)

    def tree_image(self, path: Path) -> ImageFacts:
        return add_tree(path, self.id())

    def connection(self) -> libvirt.virConnect:
        connection = libvirt.open(lxc_uri(self.ground.uris[self.host]))
        self.addCleanup(connection.close)
        return connection

    def domain(self) -> libvirt.virDomain:
        return self.connection().lookupByUUIDString(self.machine.uuid)

    def macs(self) -> list[str]:
        tree = ElementTree.fromstring(self.domain().XMLDesc(0))
        return [mac.get("address", "") for mac in tree.iterfind("devices/interface/mac")]

    def files(self) -> set[str]:
        return {path.name for path in self.state.glob("lxc/*/instances/*")}

    def folder(self) -> Path:
        return self.state / "lxc" / self.host / "instances" / self.machine.uuid

    def tree(self) -> Path:
        return self.folder() / "tree"

    def says(self, words: str, times: int = 1) -> str:
        """The console once these words were on it so often."""

        def shown() -> str:
            text = self.driver.console_output(self.machine.uuid, -1)
            return text if text.count(words) >= times else ""

        return self.eventually(shown, f"{words!r} on the console {times} times")


def lxc_conf(uris: Mapping[str, str], cache: str) -> cfg.ConfigOpts:
    """The options of the driver and nothing else; `uris` as of QEMU's guests."""
    conf = cfg.ConfigOpts()
    for options in (DRIVER_OPTIONS, IMAGE_OPTIONS):
        for group, declared in options.items():
            conf.register_opts(declared, group=group)
    conf([], default_config_files=[])
    for group, values in lxc_settings(uris, cache).items():
        for name, value in values.items():
            conf.set_override(name, value, group=group)
    return conf


def lxc_settings(uris: Mapping[str, str], cache: str) -> dict[str, dict[str, Any]]:
    """Group → option → value, to make containers on these hosts."""
    own = {
        "connection_uris": {host: lxc_uri(uri) for host, uri in uris.items()},
        "peer_addresses": {host: str(urlsplit(uri).hostname) for host, uri in uris.items()},
        "peer_uri": "lxc+tcp://%(host)s/system",
    }
    return {"lxc": own, "image_cache": {"directory": cache}}


def lxc_uri(uri: str) -> str:
    """The same host's containers."""
    return uri.replace("qemu", "lxc", 1)


def add_tree(path: Path, name: str) -> ImageFacts:
    """An archive in the image service of these tests."""
    return ground().images.add(path, name, disk_format="raw", container_format="docker")


@functools.cache
def container_image() -> ImageFacts:
    return add_tree(guest_image("container"), "container")
