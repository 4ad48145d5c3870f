# SPDX-License-Identifier: Apache-2.0
"""The options of the REST layer; `opts` hands them out with those of the global side."""

from __future__ import annotations

from oslo_config import cfg

REST = [
    cfg.StrOpt(
        "auth",
        default="keystone",
        choices=["keystone", "noauth"],
        help="How callers are known. noauth believes every token user:project[:role,role] and "
        "is refused to everybody who is not on this machine.",
    ),
    cfg.StrOpt(
        "compute_link_prefix",
        help="Base URL that links in answers begin with, when it is not the one asked.",
    ),
    cfg.IntOpt(
        "max_request_body_size",
        default=114688,
        min=1024,
        help="Most bytes a request body may have.",
    ),
    cfg.BoolOpt(
        "enable_instance_password",
        default=True,
        help="Whether the answer to a server's creation holds its administrator password.",
    ),
    cfg.BoolOpt(
        "force_config_drive",
        default=True,
        help="Whether every server gets a config drive: the way guests learn who they are where "
        "there is no metadata service.",
    ),
    cfg.IntOpt(
        "max_local_block_devices",
        default=3,
        min=-1,
        help="Most disks on its host that a server may be created with when its disks are named: "
        "root, ephemeral and swap together. -1: any number.",
    ),
    cfg.IntOpt(
        "max_disk_devices_to_attach",
        default=26,
        min=-1,
        help="Most disks, local ones and volumes together, that a server may have when another "
        "volume is attached. -1: any number.",
    ),
    cfg.BoolOpt(
        "behind_proxy",
        default=False,
        help="Whether forwarding headers of a proxy in front of the API are believed.",
    ),
]
