# SPDX-License-Identifier: Apache-2.0
"""Options of the image sources."""

from oslo_config import cfg

from nova_cells.clients.calling.opts import service_options

IMAGES = [
    cfg.StrOpt(
        "source",
        default="local",
        choices=[
            ("local", "a directory with images and an index.json"),
            ("glance", "a Glance service, see [glance]"),
        ],
        help="Where images are looked up and fetched.",
    ),
    cfg.StrOpt(
        "directory",
        default="/var/lib/nova-cells/images",
        help="Directory of the local source: files and an index.json naming them.",
    ),
]

GLANCE = [
    *service_options("Glance", "image"),
    cfg.FloatOpt(
        "upload_timeout",
        default=600.0,
        min=1.0,
        help="Seconds Glance may take to confirm an upload once it has all bytes. Agents and "
        "conductors are the user of this section: it must be allowed to download every image, to "
        "write the bytes of images that users made, and to delete those.",
    ),
]

OPTIONS = {"images": IMAGES, "glance": GLANCE}
