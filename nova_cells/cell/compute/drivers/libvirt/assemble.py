# SPDX-License-Identifier: Apache-2.0
"""Puts drivers together from configuration; the only place that reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nova_cells.cell.compute.drivers.interface import Driver, Surroundings
from nova_cells.cell.compute.drivers.libvirt import hybrid_ports
from nova_cells.cell.compute.drivers.libvirt.connection import Hypervisor
from nova_cells.cell.compute.drivers.libvirt.driver import LibvirtDriver
from nova_cells.cell.compute.images.cache import ImageCache
from nova_cells.cell.compute.images.qemu_img import Limits
from nova_cells.cell.compute.images.signatures import Signing


def assemble(conf: Any, surroundings: Surroundings) -> dict[str, Driver]:
    """Host name → driver."""
    limits = Limits.from_conf(conf)
    hybrid_ports.use(conf.libvirt.ovsdb_connection)
    folder = Path(conf.image_cache.directory or surroundings.state_dir / "images").absolute()
    cache = ImageCache(folder, surroundings.images, limits, signing=Signing.from_conf(conf))
    return {
        host: LibvirtDriver(
            Hypervisor(_uri(conf, host), keepalive=conf.libvirt.call_keepalive),
            (surroundings.state_dir / "libvirt" / host).absolute(),
            cache,
            limits,
            conf,
        )
        for host in surroundings.hosts
    }


def _uri(conf: Any, host: str) -> str:
    return conf.libvirt.connection_uris.get(host, conf.libvirt.connection_uri)
