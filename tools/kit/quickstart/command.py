# SPDX-License-Identifier: Apache-2.0
"""A cloud of two cells, east and west, with real Keystone, Glance and guests, on this machine.

The first run installs what is missing and takes minutes; the next ones take seconds. Everything
runs on loopback and in network namespaces; --stop ends it, --reset also forgets it.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from kit import paths, say
from kit.quickstart import ground, tour
from kit.quickstart.cloud import Cloud


def main() -> int:
    """Exit code 0 when two guests run, 1 with the reason when not."""
    arguments = _parser().parse_args()
    state = arguments.state_dir.resolve()
    try:
        if arguments.stop or arguments.reset:
            return _stop(state, forget=arguments.reset)
        return _up(state, arguments.driver)
    except say.Trouble as trouble:
        print(f"\nquickstart stopped: {trouble}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tools/quickstart",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--state-dir", type=Path, default=paths.state() / "quickstart")
    parser.add_argument("--driver", choices=("auto", "libvirt", "lxc", "fake"), default="auto")
    parser.add_argument("--stop", action="store_true", help="end all processes and guests")
    parser.add_argument("--reset", action="store_true", help="--stop, then remove everything")
    return parser


def _up(state: Path, driver: str) -> int:
    ground_found = ground.prepare(state, driver)
    cloud = Cloud(state, ground_found)
    cloud.up()
    tour.take(cloud)
    return 0


def _stop(state: Path, *, forget: bool) -> int:
    if not state.exists():
        print(f"nothing runs in {state}")
        return 0
    Cloud.stop(state, forget=forget)
    if forget:
        shutil.rmtree(state)
        say.line(f"removed {state}")
    return 0
