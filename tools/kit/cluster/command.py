# SPDX-License-Identifier: Apache-2.0
"""tools/cluster up|down|status: a cloud of separate processes on RabbitMQ and a real database."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from kit import paths, say
from kit.cluster.cluster import Cluster
from kit.cluster.plan import Plan


def main() -> int:
    """Exit code 0 when it is as asked for, 1 with the reason when not."""
    arguments = _parser().parse_args()
    state = arguments.state_dir.resolve()
    try:
        return _VERBS[arguments.verb](state, arguments)
    except say.Trouble as trouble:
        print(trouble, file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools/cluster", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, text in (
        ("up", "start what does not run; returns when the API serves"),
        ("down", "stop every process; data stays"),
        ("status", "list the processes; exit code 1 when one is missing"),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("--state-dir", type=Path, default=paths.state() / "cluster")
        if name == "up":
            verb.add_argument("--cells", type=int, default=2)
            verb.add_argument("--hosts", type=int, default=3, help="in each cell")
            verb.add_argument("--driver", choices=("fake", "libvirt"), default="fake")
            verb.add_argument("--db", choices=("mariadb", "postgresql"), default="mariadb")
            verb.add_argument("--auth", choices=("noauth", "keystone"), default="noauth")
            verb.add_argument("--api-workers", type=int, default=1, help="processes of the API")
            verb.add_argument("--port", type=int, default=0, help="of the API; 0 takes a free one")
    return parser


def _up(state: Path, arguments: argparse.Namespace) -> int:
    state.mkdir(parents=True, exist_ok=True)
    kept = state / "plan.json"
    plan = Plan.load(kept)
    if plan is None:
        plan = Plan.make(
            cells=arguments.cells,
            hosts=arguments.hosts,
            db=arguments.db,
            auth=arguments.auth,
            port=arguments.port,
            driver=arguments.driver,
            api_workers=arguments.api_workers,
        )
        plan.save(kept)
    cluster = Cluster(state, plan)
    cluster.up()
    print(f"ready {plan.endpoint}; see {state / 'cluster.json'}")
    return 0


def _down(state: Path, _: argparse.Namespace) -> int:
    plan = Plan.load(state / "plan.json")
    if plan is None:
        print(f"no cluster in {state}")
        return 0
    Cluster(state, plan).down()
    return 0


def _status(state: Path, _: argparse.Namespace) -> int:
    plan = Plan.load(state / "plan.json")
    if plan is None:
        print(f"no cluster in {state}")
        return 1
    pids = Cluster(state, plan).pids()
    print(json.dumps(pids, indent=2))
    return 0 if all(pids.values()) else 1


_VERBS = {"up": _up, "down": _down, "status": _status}

if __name__ == "__main__":
    sys.exit(main())
