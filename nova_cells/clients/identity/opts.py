# SPDX-License-Identifier: Apache-2.0
"""Options of group [keystone]: how the global side itself speaks to the identity service."""

from oslo_config import cfg

from nova_cells.clients.calling.opts import service_options

KEYSTONE = [
    *service_options("Keystone", None, timeout=5.0),
    cfg.StrOpt("region_name", help="Region whose unified limits hold; without it any region's."),
    cfg.StrOpt(
        "service_type", default="compute", help="Type of the service whose unified limits hold."
    ),
    cfg.StrOpt("service_name", help="Its name, where the catalogue has several of the type."),
]

OPTIONS = {"keystone": KEYSTONE}
