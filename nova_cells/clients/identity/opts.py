# SPDX-License-Identifier: Apache-2.0
"""Options of group [keystone]: how the global side itself speaks to the identity service."""

from oslo_config import cfg

KEYSTONE = [
    cfg.StrOpt(
        "auth_url",
        help="URL of Keystone. Without it, project ids in quota sets and flavor access are "
        "believed, and unified limits can't be used.",
    ),
    cfg.StrOpt("username", help="Our own user, who may read projects, services and limits."),
    cfg.StrOpt("password", secret=True, help="Password of that user."),
    cfg.StrOpt("project_name", default="service", help="Project of that user."),
    cfg.StrOpt("user_domain_name", default="Default", help="Domain of that user."),
    cfg.StrOpt("project_domain_name", default="Default", help="Domain of that project."),
    cfg.StrOpt("region_name", help="Region whose unified limits hold; without it any region's."),
    cfg.StrOpt(
        "service_type", default="compute", help="Type of the service whose unified limits hold."
    ),
    cfg.StrOpt("service_name", help="Its name, where the catalogue has several of the type."),
    cfg.StrOpt("cafile", help="Certificates that Keystone is checked against."),
    cfg.BoolOpt("insecure", default=False, help="Do not check certificates at all."),
    cfg.FloatOpt("timeout", default=5.0, min=0.1, help="Seconds to wait for an answer."),
]

OPTIONS = {"keystone": KEYSTONE}
