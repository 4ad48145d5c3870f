# SPDX-License-Identifier: Apache-2.0
"""Options of vendor data: the same for compute agents and metadata services."""

from oslo_config import cfg

VENDOR_DATA = [
    cfg.StrOpt(
        "json_file",
        default="",
        help="File with a JSON object that every guest reads as vendor_data.json, and under "
        '"static" in vendor_data2.json.',
    ),
    cfg.ListOpt(
        "targets",
        default=[],
        help="Services asked for each guest, NAME@URL: what one answers, a JSON value, is under "
        "its name in vendor_data2.json.",
    ),
    cfg.FloatOpt(
        "connect_timeout",
        default=5.0,
        min=0.1,
        help="Seconds a service is given to accept a connection.",
    ),
    cfg.FloatOpt(
        "read_timeout", default=5.0, min=0.1, help="Seconds a service is given for its answer."
    ),
    cfg.BoolOpt(
        "failure_fatal",
        default=False,
        help="Whether a guest is told nothing, and one with a config drive is not built, where a "
        "service or the file gives no usable data; else its data is an empty object.",
    ),
    cfg.StrOpt("auth_url", help="URL of Keystone. Without it services are asked without a token."),
    cfg.StrOpt("username", help="As whom services are asked."),
    cfg.StrOpt("password", secret=True, help="Password of that user."),
    cfg.StrOpt("project_name", default="service", help="Project of that user."),
    cfg.StrOpt("user_domain_name", default="Default", help="Domain of that user."),
    cfg.StrOpt("project_domain_name", default="Default", help="Domain of that project."),
    cfg.StrOpt("cafile", help="Certificates that Keystone and the services are checked against."),
    cfg.BoolOpt("insecure", default=False, help="Do not check certificates at all."),
]

OPTIONS = {"vendor_data": VENDOR_DATA}
