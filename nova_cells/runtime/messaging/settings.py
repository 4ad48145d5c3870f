# SPDX-License-Identifier: Apache-2.0
"""The options oslo.messaging reads, on a ConfigOpts of our own, with our defaults.

oslo.messaging registers its metrics and tracing options on the global ConfigOpts only; without the
same on ours the first call fails.
"""

from __future__ import annotations

import functools
import importlib.util
from importlib import import_module

from oslo_config import cfg
from oslo_messaging import opts
from oslo_messaging._drivers import amqpdriver

_GLOBAL_ONLY = ("metrics", "tracing")
_RABBIT = "oslo_messaging_rabbit"
_DEFAULTS = {
    "rabbit_quorum_queue": True,
    "rabbit_qos_prefetch_count": 32,
    "rabbit_transient_queues_ttl": 600,
    "rabbit_interval_max": 5,
    "rabbit_retry_backoff": 1,
    "kombu_missing_consumer_retry_timeout": 5,
    "heartbeat_timeout_threshold": 30,
}


amqpdriver.ACK_REQUEUE_EVERY_SECONDS_MAX = 0.5
"""How often an idle listener looks whether it is to stop; oslo's 5 s are all a process has to."""


def new_settings(conf: cfg.ConfigOpts | None) -> cfg.ConfigOpts:
    """`conf`, or a private one, made ready for a transport."""
    if conf is None:
        conf = cfg.ConfigOpts()
        conf([], project="nova-cells", default_config_files=[], default_config_dirs=[])
    for group, options in _options():
        conf.register_opts(options, group=group)
    conf.set_default("control_exchange", "nova_cells")
    for name, value in _DEFAULTS.items():
        conf.set_default(name, value, group=_RABBIT)
    return conf


@functools.cache
def _options() -> list[tuple[str | None, list[cfg.Opt]]]:
    """Group → options. oslo copies them at each asking, which takes longer than a call."""
    found = [(group, list(options)) for group, options in opts.list_opts()]
    for name in _GLOBAL_ONLY:
        module = f"oslo_messaging._{name}"
        if importlib.util.find_spec(module) is not None:
            options = getattr(import_module(f"{module}.client"), f"oslo_messaging_{name}")
            found.append((f"oslo_messaging_{name}", options))
    return found
