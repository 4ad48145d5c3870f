# SPDX-License-Identifier: Apache-2.0
"""Which image source a configuration asks for; the heavy one is imported only when it is."""

from __future__ import annotations

from pathlib import Path

from oslo_config import cfg

from nova_cells.clients.images.interface import ImageSource


def from_conf(conf: cfg.ConfigOpts) -> ImageSource:
    """The source named by `[images] source`."""
    if conf.images.source == "glance":
        from nova_cells.clients.images.glance import GlanceImages

        return GlanceImages(conf)
    from nova_cells.clients.images.local import LocalImages

    return LocalImages(Path(conf.images.directory))
