# SPDX-License-Identifier: Apache-2.0
"""Where images come from: Glance, or a directory of files.

Importing this package loads neither openstacksdk nor any HTTP library: `from_conf` does, and only
for Glance.
"""

from nova_cells.clients.images.faults import (
    ImageCorrupt,
    ImageFault,
    ImageNotFound,
    ImageRefused,
    ImageUnavailable,
)
from nova_cells.clients.images.interface import ImageSource, ImageStore
from nova_cells.clients.images.select import from_conf

__all__ = [
    "ImageCorrupt",
    "ImageFault",
    "ImageNotFound",
    "ImageRefused",
    "ImageSource",
    "ImageStore",
    "ImageUnavailable",
    "from_conf",
]
