# SPDX-License-Identifier: Apache-2.0
"""Logging by oslo.log: the request id in every line; libraries are quiet unless they warn.

The id comes from the ambient context (`runtime.context`), so code logs with plain `logging` and
passes nothing along. Secrets are never logged: URLs go through `masked` first.
"""

from __future__ import annotations

import logging
from typing import Any

from oslo_config import cfg
from oslo_log import log

from nova_cells.runtime import context

PREFIX = "%(asctime)s.%(msecs)03d %(process)d %(levelname)s %(name)s [%(request_id)s] %(message)s"
QUIET = (
    "amqp=ERROR",
    "alembic=WARN",
    "futurist=WARN",
    "keystoneauth=WARN",
    "keystonemiddleware=WARN",
    "openstack=WARN",
    "oslo.messaging=WARN",
    "oslo_messaging=WARN",
    "oslo_policy=WARN",
    "sqlalchemy=WARN",
    "stevedore=WARN",
    "urllib3=WARN",
    "waitress=WARN",
    "waitress.queue=ERROR",  # how many wait, at each request: whoever asks much would fill the log
)


def register_options(conf: cfg.ConfigOpts) -> None:
    """oslo.log's options with our defaults; before the command line is parsed."""
    log.register_options(conf)
    conf.set_default("logging_context_format_string", PREFIX)
    conf.set_default("logging_default_format_string", PREFIX)
    conf.set_default("default_log_levels", list(QUIET))


def setup(conf: cfg.ConfigOpts, program: str, *, debug: bool = False) -> None:
    """Configure logging of this process; `program` names it.

    Without a log file it goes to standard error: standard output is for what a command answers.
    """
    if debug:
        conf.set_override("debug", True)
    if not (conf.log_file or conf.log_dir or conf.use_journal):
        conf.set_override("use_stderr", True)
    log.setup(conf, program)
    root = logging.getLogger()
    for handler in root.handlers:
        if not any(isinstance(known, RequestId) for known in handler.filters):
            handler.addFilter(RequestId())


class RequestId(logging.Filter):
    """Gives each record the id of the request it was logged under, or a dash."""

    def filter(self, record: Any) -> bool:
        current = context.current()
        record.request_id = current.request_id if current is not None else "-"
        return True
