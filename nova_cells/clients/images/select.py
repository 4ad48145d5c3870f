# SPDX-License-Identifier: Apache-2.0
"""Which image source a configuration asks for; the heavy one is imported only when it is."""

from __future__ import annotations

from pathlib import Path

from oslo_config import cfg

from nova_cells.clients.images.interface import ImageStore


def from_conf(conf: cfg.ConfigOpts) -> ImageStore:
    """The source named by `[images] source`."""
    if conf.images.source == "glance":
        from nova_cells.clients.images.glance_store import GlanceStore

        return GlanceStore(conf)
    from nova_cells.clients.images.local_store import LocalStore

    return LocalStore(Path(conf.images.directory))
