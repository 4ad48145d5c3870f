# SPDX-License-Identifier: Apache-2.0
"""What the commands of single roles have in common: arguments, log, running until a signal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nova_cells.cli import config, metrics
from nova_cells.clients.network.local_range import RangeInvalid
from nova_cells.runtime import log, process


def main(
    prog: str,
    about: str,
    make: Callable[[Any], list[process.Service]],
    argv: Sequence[str] | None = None,
    *,
    add_arguments: Callable[[argparse.ArgumentParser], None] | None = None,
    overrides: Mapping[str, str] | None = None,
) -> int:
    """Run the services `make` builds; exit code 2 when the configuration does not do.

    `overrides`: arguments that, given, take the place of options (argument → "group.option").
    """
    parser = argparse.ArgumentParser(prog=prog, description=about)
    parser.add_argument("--config-file", action="append", help="read in order, later ones win")
    parser.add_argument("--debug", action="store_true")
    parser.add_argument("--metrics-port", type=int, help="instead of [metrics] port")
    if add_arguments is not None:
        add_arguments(parser)
    arguments = parser.parse_args(argv)
    conf = config.load([], arguments.config_file or config.present_defaults())
    for name, option in {**(overrides or {}), "metrics_port": "metrics.port"}.items():
        if (value := getattr(arguments, name)) is not None:
            group, _, key = option.partition(".")
            conf.set_override(key, value, group=group)
    log.setup(conf, prog, debug=arguments.debug)
    try:
        services = [*metrics.services(conf), *make(conf)]
    except (config.ConfigurationIncomplete, RangeInvalid) as wrong:
        print(f"{prog}: {wrong}", file=sys.stderr)
        return 2
    return process.run(services, ready=lambda: print(f"{prog}: serving", flush=True))
