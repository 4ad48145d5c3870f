# SPDX-License-Identifier: Apache-2.0
"""Run a whole cloud in one process, on this machine's loopback."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path
from types import TracebackType

from nova_cells.cli import config, metrics
from nova_cells.cli.standalone.cloud import Cloud
from nova_cells.cli.standalone.layout import Layout, StateInUse
from nova_cells.runtime import log, process

LOG = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `nova-cells standalone`."""
    parser.add_argument("--state-dir", type=Path, required=True, help="keeps everything; reusable")
    parser.add_argument("--port", type=int, default=8774, help="of the API on 127.0.0.1")
    parser.add_argument("--console-port", type=int, help="serve consoles on this port too")
    parser.add_argument("--cells", type=_positive, default=2)
    parser.add_argument("--hosts", type=_positive, default=3, help="compute hosts in each cell")
    parser.add_argument("--driver", choices=("fake", "libvirt", "lxc", "ironic"), default="fake")
    parser.add_argument("--auth", choices=("noauth", "keystone"), default="noauth")
    parser.add_argument("--config-file", action="append", default=[], help="read last, wins")
    parser.add_argument("--debug", action="store_true")
    parser.set_defaults(run=run)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def run(arguments: argparse.Namespace) -> int:
    """Serve until SIGTERM; prints one line when ready."""
    conf = config.load([], arguments.config_file)
    layout = Layout(arguments.state_dir.resolve())
    try:
        layout.lock()
    except StateInUse as taken:
        print(taken, file=sys.stderr)
        return 2
    conf.set_override("log_file", str(layout.log))
    log.setup(conf, "nova-cells", debug=arguments.debug)
    _say_why_it_ended(layout.log)
    cloud = Cloud(
        conf,
        layout,
        cells=arguments.cells,
        hosts=arguments.hosts,
        driver=arguments.driver,
        auth=arguments.auth,
        port=arguments.port,
        console_port=arguments.console_port,
    )
    services = [*metrics.services(conf), cloud]
    return process.run(services, ready=lambda: print(f"ready {cloud.endpoint}", flush=True))


def _say_why_it_ended(where: Path) -> None:
    """The log gets the trace of what ends the process; its user gets the reason."""
    write_trace = sys.excepthook

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        write_trace(kind, error, trace)
        print(f"nova-cells: {kind.__name__}: {error}\nsee {where}", file=sys.stderr)

    sys.excepthook = hook
