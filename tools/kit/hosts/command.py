# SPDX-License-Identifier: Apache-2.0
"""The command line of tools/hosts; what it prints on standard output is JSON."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from kit import apt, say
from kit.hosts.fleet import Fleet

PACKAGES = ["libvirt-daemon", "libvirt-daemon-driver-qemu", "libvirt-clients", "qemu-system-x86"]
PACKAGES += ["dnsmasq-base", "ebtables", "iptables"]
PACKAGES += ["qemu-utils", "iproute2", "util-linux"]
DEFAULT_STATE = "/var/tmp/nova-cells-hosts"


def main(arguments: list[str]) -> int:
    chosen = _parser().parse_args(arguments)
    try:
        answer = chosen.run(Fleet(Path(chosen.state_dir).resolve()), chosen)
    except say.Trouble as trouble:
        print(f"tools/hosts: {trouble}", file=sys.stderr)
        return 1
    print(json.dumps(answer, indent=2))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tools/hosts", description=__doc__.splitlines()[0])
    parser.add_argument("--state-dir", default=DEFAULT_STATE, help="where the hosts keep all")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="have N hosts running; those there are left alone")
    up.add_argument("number", type=_number, metavar="N")
    up.add_argument("--names", help="their names, separated by commas; else hv1, hv2, …")
    up.set_defaults(run=_up)
    commands.add_parser("stop", help="end hosts and guests, keep disks").set_defaults(run=_stop)
    commands.add_parser("down", help="end hosts and guests, leave nothing").set_defaults(run=_down)
    commands.add_parser("status", help="which hosts answer").set_defaults(run=_status)
    for name, run, words in ONE_HOST:
        command = commands.add_parser(name, help=words)
        command.add_argument("name", metavar="NAME")
        command.set_defaults(run=run)
    for child in commands.choices.values():
        child.add_argument("--state-dir", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
    return parser


def _up(fleet: Fleet, chosen: argparse.Namespace) -> Any:
    names = chosen.names.split(",") if chosen.names else []
    names = names or [f"hv{number}" for number in range(1, chosen.number + 1)]
    if len(set(names)) != chosen.number:
        raise say.Trouble(f"{chosen.number} hosts need {chosen.number} different names")
    if os.geteuid() != 0:
        raise say.Trouble("namespaces need root")
    apt.ensure(*PACKAGES)
    return fleet.up(names)


def _stop(fleet: Fleet, chosen: argparse.Namespace) -> Any:
    return fleet.stop()


def _down(fleet: Fleet, chosen: argparse.Namespace) -> Any:
    return fleet.down()


def _status(fleet: Fleet, chosen: argparse.Namespace) -> Any:
    return fleet.status()


def _cut(fleet: Fleet, chosen: argparse.Namespace) -> Any:
    return fleet.connect(chosen.name, up=False)


def _heal(fleet: Fleet, chosen: argparse.Namespace) -> Any:
    return fleet.connect(chosen.name, up=True)


def _crash(fleet: Fleet, chosen: argparse.Namespace) -> Any:
    return fleet.crash(chosen.name)


def _start(fleet: Fleet, chosen: argparse.Namespace) -> Any:
    return fleet.start(chosen.name)


ONE_HOST = (
    ("cut", _cut, "let nothing through to a host and from it"),
    ("heal", _heal, "connect it again"),
    ("crash", _crash, "pull its plug: libvirtd and guests are gone, disks stay"),
    ("start", _start, "have it running again"),
)


def _number(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 100:
        raise argparse.ArgumentTypeError("between 1 and 100 hosts")
    return number
