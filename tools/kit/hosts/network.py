# SPDX-License-Identifier: Apache-2.0
"""The hosts' network: a bridge here, and a namespace with one leg in it for each host.

Names carry a tag made from the state directory, so that two fleets never meet.
"""

from __future__ import annotations

import ipaddress
import json
from pathlib import Path

from kit import say
from kit.hosts.shell import run

CANDIDATES = [ipaddress.ip_network(f"192.168.{third}.0/24") for third in range(201, 251)]

RETRIES = 5


def choose() -> str:
    """A network nothing on this machine uses yet."""
    used = [
        ipaddress.ip_network(f"{address['local']}/{address['prefixlen']}", strict=False)
        for link in json.loads(run("ip", "-j", "-4", "addr"))
        for address in link.get("addr_info", ())
        if address.get("local")
    ]
    for candidate in CANDIDATES:
        if not any(candidate.overlaps(network) for network in used):
            return str(candidate)
    raise say.Trouble("all networks from 192.168.201.0/24 to 192.168.250.0/24 are in use")


def have_bridge(bridge: str, network: str) -> None:
    if not Path(f"/sys/class/net/{bridge}").exists():
        run("ip", "link", "add", bridge, "type", "bridge")
    first = next(ipaddress.ip_network(network).hosts())
    run("ip", "addr", "replace", f"{first}/24", "dev", bridge)
    run("ip", "link", "set", bridge, "up")


def have_namespace(namespace: str, leg: str, bridge: str, address: str) -> None:
    """The namespace with its address; nothing changes when it is there."""
    if not namespace_path(namespace).exists():
        run("ip", "netns", "add", namespace)
    if not run("ip", "-n", namespace, "link", "show", "eth0", check=False):
        run("ip", "link", "del", leg, check=False)
        run("ip", "link", "add", leg, "type", "veth", "peer", "name", "eth0", "netns", namespace)
    run("ip", "link", "set", leg, "master", bridge, "up")
    run("ip", "-n", namespace, "addr", "replace", f"{address}/24", "dev", "eth0")
    for device in ("eth0", "lo"):
        run("ip", "-n", namespace, "link", "set", device, "up")
    # A peer that is cut off is given up within seconds, not after a quarter of an hour.
    give_up = f"echo {RETRIES} > /proc/sys/net/ipv4/tcp_retries2"
    run("ip", "netns", "exec", namespace, "sh", "-c", give_up)


def have_leg(leg: str, *, up: bool) -> None:
    """Connect a host, or cut it off: what it is sent is lost then, and nobody is told."""
    run("ip", "link", "set", leg, "up" if up else "down")


def is_up(leg: str) -> bool:
    """Whether a host's leg is there and connected."""
    told = run("ip", "-j", "link", "show", leg, check=False)
    return bool(told) and "UP" in json.loads(told)[0]["flags"]


def drop_namespace(namespace: str, leg: str) -> None:
    run("ip", "link", "del", leg, check=False)
    run("ip", "netns", "del", namespace, check=False)


def drop_bridge(bridge: str) -> None:
    run("ip", "link", "del", bridge, check=False)


def pids_in(namespace: str) -> list[int]:
    """Every process whose network is this namespace: it can only be ours."""
    if not namespace_path(namespace).exists():
        return []
    return [int(word) for word in run("ip", "netns", "pids", namespace, check=False).split()]


def namespace_path(namespace: str) -> Path:
    return Path("/run/netns") / namespace
