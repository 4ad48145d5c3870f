# SPDX-License-Identifier: Apache-2.0
"""What is decided once for a stack: passwords, ports, networks; kept in its state folder.

It is written before anything is made, so that `down` finds whatever a crash has left.
"""

from __future__ import annotations

import hashlib
import ipaddress
import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kit import ports, say
from kit.hosts.shell import run

# Of the range 172.24.N.0/24 floating addresses come; 172.25.N.0/30 leads there from this machine.
RANGES = range(4, 60)


@dataclass
class Plan:
    """`compute` is the endpoint of our API in the catalogue, `metadata` a port of our service.

    `secret` is what signs requests for metadata; `chassis`: host → number in the tunnels' network;
    `folders`: host → where tools/hosts keeps it.
    """

    tag: str
    password: str
    secret: str
    compute: str
    metadata: int
    third: int
    chassis: dict[str, int] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)

    @property
    def namespace(self) -> str:
        """Where the gateway lives."""
        return f"nst{self.tag}"

    @property
    def public(self) -> str:
        """Range of addresses that this machine reaches guests under."""
        return f"172.24.{self.third}.0/24"

    def number(self, name: str) -> int:
        """Of a chassis among the tunnels: the gateway has 1."""
        return self.chassis.setdefault(name, max(self.chassis.values(), default=1) + 1)

    def save(self, state: Path) -> None:
        """Owner only: passwords lie in it."""
        state.mkdir(parents=True, exist_ok=True)
        partial = state / "stack.json.part"
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(asdict(self), indent=2))
        partial.replace(state / "stack.json")

    @classmethod
    def load(cls, state: Path) -> Plan | None:
        """The plan of an earlier run."""
        try:
            return cls(**json.loads((state / "stack.json").read_text()))
        except FileNotFoundError:
            return None

    @classmethod
    def ensure(cls, state: Path, compute: str = "") -> Plan:
        """That plan, or a new one; `compute` overrides the endpoint it has."""
        plan = cls.load(state) or cls(
            tag=hashlib.sha256(str(state).encode()).hexdigest()[:5],
            password=secrets.token_urlsafe(12),
            secret=secrets.token_urlsafe(24),
            compute=f"http://127.0.0.1:{ports.free()}/v2.1",
            metadata=ports.free(),
            third=_unused(),
        )
        plan.compute = compute or plan.compute
        plan.save(state)
        return plan


def _unused() -> int:
    """A range that no route of this machine leads to."""
    words = run("ip", "-4", "route", "show", "table", "all").split()
    taken = [net for word in words if (net := _network(word)) and net.prefixlen > 0]
    for third in RANGES:
        wanted = ipaddress.ip_network(f"172.24.{third}.0/24")
        if not any(wanted.overlaps(net) for net in taken):
            return third
    raise say.Trouble("all networks from 172.24.4.0/24 to 172.24.59.0/24 are in use")


def _network(word: str) -> ipaddress.IPv4Network | None:
    try:
        return ipaddress.IPv4Network(word, strict=False)
    except ValueError:
        return None
