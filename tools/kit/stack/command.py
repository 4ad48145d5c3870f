# SPDX-License-Identifier: Apache-2.0
"""tools/stack up|down|status|env: real Keystone, Glance, Neutron, Cinder and Ironic on loopback."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from kit import paths, say
from kit.stack.plan import Plan
from kit.stack.stack import NEEDS, Stack


def main(words: list[str] | None = None) -> int:
    """Exit code 0 when it is as asked for, 1 with the reason when not."""
    arguments = _parser().parse_args(words)
    state = arguments.state_dir.resolve()
    try:
        return _VERBS[arguments.verb](state, arguments)
    except say.Trouble as trouble:
        print(f"tools/stack: {trouble}", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools/stack", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for name, text in (
        ("up", "install and start what does not run; returns when all of it answers"),
        ("attach", "give hosts of tools/hosts a switch; prints where it is, by host"),
        ("down", "end every process, remove all data"),
        ("stop", "end every process; data stays for the next `up`"),
        ("status", "list the processes; exit code 1 when one is missing"),
        ("env", 'print what a shell needs to use it: eval "$(tools/stack env)"'),
    ):
        verb = verbs.add_parser(name, help=text)
        verb.add_argument("--state-dir", type=Path, default=paths.state() / "stack")
        if name == "attach":
            verb.add_argument("hosts", type=Path, metavar="DIR", help="of tools/hosts")
        if name == "up":
            verb.add_argument("services", nargs="*", metavar="SERVICE", help=", ".join(NEEDS))
            verb.add_argument("--compute", default="", help="endpoint of our API")
    return parser


def _up(state: Path, arguments: argparse.Namespace) -> int:
    if unknown := set(arguments.services) - set(NEEDS):
        raise say.Trouble(f"no such service: {', '.join(sorted(unknown))}")
    if os.geteuid() != 0:
        raise say.Trouble("namespaces and private servers need root")
    stack = Stack(state, arguments.compute)
    stack.up(arguments.services or NEEDS)
    print(f"ready; see {state / 'access.json'}")
    return 0


def _found(state: Path) -> Stack:
    if Plan.load(state) is None:
        raise say.Trouble(f"there is no stack in {state}")
    return Stack(state)


def _attach(state: Path, arguments: argparse.Namespace) -> int:
    print(json.dumps(_found(state).attach(arguments.hosts.resolve()), indent=2))
    return 0


def _down(state: Path, _: argparse.Namespace) -> int:
    _found(state).forget()
    return 0


def _stop(state: Path, _: argparse.Namespace) -> int:
    _found(state).down()
    return 0


def _status(state: Path, _: argparse.Namespace) -> int:
    pids = _found(state).pids()
    print(json.dumps(pids, indent=2))
    return 0 if all(pids.values()) else 1


def _env(state: Path, _: argparse.Namespace) -> int:
    _found(state)
    print((state / "openrc").read_text(), end="")
    return 0


_VERBS = {
    "up": _up,
    "attach": _attach,
    "down": _down,
    "stop": _stop,
    "status": _status,
    "env": _env,
}
