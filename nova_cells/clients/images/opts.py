# SPDX-License-Identifier: Apache-2.0
"""Options of the image sources."""

from oslo_config import cfg

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
    cfg.StrOpt(
        "endpoint_override",
        help="URL of Glance; empty takes it from the service catalogue.",
    ),
    cfg.StrOpt("region_name", help="Region whose endpoint is taken from the catalogue."),
    cfg.ListOpt(
        "valid_interfaces",
        default=["internal", "public"],
        help="Interfaces of the catalogue, the preferred first.",
    ),
    cfg.StrOpt(
        "service_type", default="image", help="Type under which the catalogue lists Glance."
    ),
    cfg.StrOpt("auth_url", help="URL of Keystone for the agent's own credentials."),
    cfg.StrOpt(
        "username",
        help="The user of agents and conductors: it must be allowed to download every image, to "
        "write the bytes of images that users made, and to delete those.",
    ),
    cfg.StrOpt("password", secret=True, help="Password of that user."),
    cfg.StrOpt("project_name", default="service", help="Project of that user."),
    cfg.StrOpt("user_domain_name", default="Default", help="Domain of that user."),
    cfg.StrOpt("project_domain_name", default="Default", help="Domain of that project."),
    cfg.StrOpt("cafile", help="Certificates that Keystone and Glance are checked against."),
    cfg.BoolOpt("insecure", default=False, help="Do not check certificates at all."),
    cfg.FloatOpt(
        "upload_timeout",
        default=600.0,
        min=1.0,
        help="Seconds Glance may take to confirm an upload once it has all bytes.",
    ),
    cfg.FloatOpt(
        "timeout", default=10.0, min=0.1, help="Seconds to wait for an answer to a look-up."
    ),
]

OPTIONS = {"images": IMAGES, "glance": GLANCE}
