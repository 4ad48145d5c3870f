# SPDX-License-Identifier: Apache-2.0
"""What the commands of single roles have in common: arguments, log, running until a signal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any

from nova_cells.cli import config
from nova_cells.runtime import log, process


def main(
    prog: str,
    about: str,
    make: Callable[[Any], list[process.Service]],
    argv: Sequence[str] | None = None,
) -> int:
    """Run the services `make` builds; exit code 2 when the configuration lacks something."""
    parser = argparse.ArgumentParser(prog=prog, description=about)
    parser.add_argument("--config-file", action="append", help="read in order, later ones win")
    parser.add_argument("--debug", action="store_true")
    arguments = parser.parse_args(argv)
    conf = config.load([], arguments.config_file or config.present_defaults())
    log.setup(conf, prog, debug=arguments.debug)
    try:
        services = make(conf)
    except config.ConfigurationIncomplete as incomplete:
        print(f"{prog}: {incomplete}", file=sys.stderr)
        return 2
    return process.run(services, ready=lambda: print(f"{prog}: serving", flush=True))
