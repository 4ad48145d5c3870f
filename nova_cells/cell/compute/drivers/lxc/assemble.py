# SPDX-License-Identifier: Apache-2.0
"""Puts drivers together from configuration; the only place that reads it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nova_cells.cell.compute.drivers.interface import Driver, Surroundings
from nova_cells.cell.compute.drivers.libvirt.connection import Hypervisor
from nova_cells.cell.compute.drivers.lxc.archive import look_at_archive
from nova_cells.cell.compute.drivers.lxc.driver import LxcDriver
from nova_cells.cell.compute.drivers.lxc.trees import Bounds, Trees
from nova_cells.cell.compute.images.cache import ImageCache
from nova_cells.cell.compute.images.qemu_img import Limits
from nova_cells.cell.compute.images.signatures import Signing


def assemble(conf: Any, surroundings: Surroundings) -> dict[str, Driver]:
    """Host name → driver."""
    limits = Limits.from_conf(conf)
    folder = Path(conf.image_cache.directory or surroundings.state_dir / "images").absolute()
    archives = ImageCache(
        folder / "archives",
        surroundings.images,
        limits,
        look=look_at_archive,
        signing=Signing.from_conf(conf),
    )
    options = conf.lxc
    bounds = Bounds(options.first_id, options.ids, options.tree_size_mb << 20, options.tree_entries)
    trees = Trees(folder / "trees", archives, bounds, limits)
    return {
        host: LxcDriver(
            Hypervisor(_uri(conf, host), keepalive=options.call_keepalive),
            (surroundings.state_dir / "lxc" / host).absolute(),
            trees,
            limits,
            conf,
        )
        for host in surroundings.hosts
    }


def _uri(conf: Any, host: str) -> str:
    return conf.lxc.connection_uris.get(host, conf.lxc.connection_uri)
