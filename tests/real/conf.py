# SPDX-License-Identifier: Apache-2.0
"""A configuration with the options of the driver and nothing else."""

from __future__ import annotations

from urllib.parse import urlsplit

from oslo_config import cfg

from nova_cells.cell.compute.drivers.libvirt.opts import OPTIONS as DRIVER_OPTIONS
from nova_cells.cell.compute.images.opts import OPTIONS as IMAGE_OPTIONS


def driver_conf(uris: dict[str, str], cache: str) -> cfg.ConfigOpts:
    """Host name → URI, and where images are kept."""
    conf = cfg.ConfigOpts()
    for options in (DRIVER_OPTIONS, IMAGE_OPTIONS):
        for group, declared in options.items():
            conf.register_opts(declared, group=group)
    conf([], default_config_files=[])
    # Kernels of small machines lack the queueing disciplines: see tests/parity/unverified.txt.
    conf.set_override("nic_limits", False, group="libvirt")
    conf.set_override("connection_uris", uris, group="libvirt")
    conf.set_override("peer_uri", "qemu+tcp://%(host)s/system", group="libvirt")
    addresses = {host: str(urlsplit(uri).hostname) for host, uri in uris.items()}
    conf.set_override("peer_addresses", addresses, group="libvirt")
    conf.set_override("directory", cache, group="image_cache")
    return conf
