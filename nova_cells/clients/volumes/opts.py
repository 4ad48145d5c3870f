# SPDX-License-Identifier: Apache-2.0
"""Options of the volume service: the same for API processes, routers and conductors."""

from oslo_config import cfg

from nova_cells.clients.calling.opts import service_options

CINDER = [
    *service_options("Cinder", "block-storage"),
    cfg.BoolOpt(
        "cross_az_attach",
        default=True,
        help="Let servers have volumes of another availability zone. Without it a volume of "
        "another zone than the one asked for is refused, a server is placed in the zone of the "
        "volumes it is given, and volumes made for it are made there.",
    ),
    cfg.FloatOpt(
        "connect_timeout",
        default=120.0,
        min=1.0,
        help="Seconds Cinder may take to connect a volume for a host or to end that, which its "
        "storage has a part in.",
    ),
]

OPTIONS = {"cinder": CINDER}
