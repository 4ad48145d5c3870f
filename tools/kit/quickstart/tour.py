# SPDX-License-Identifier: Apache-2.0
"""Boots a server in each cell with the real client and shows what the guests said."""

from __future__ import annotations

import subprocess
import time

from kit import say
from kit.quickstart.cloud import Cloud
from kit.quickstart.ground import CELLS

BANNER = "login:"
NEXT = """\
The cloud runs at {endpoint}. What next:

  export OS_CLIENT_CONFIG_FILE={state}/clouds.yaml OS_CLOUD=nova-cells-admin
  export PATH={client}:$PATH
  openstack server list --long
  openstack server create --flavor m1.micro --image {image} third
  openstack console log show third
  openstack hypervisor list

  tools/quickstart --stop     ends it; the next run goes on with the same servers' records
  tools/quickstart --reset    ends it and forgets everything
"""


def take(cloud: Cloud) -> None:
    """One server a cell, named after it; those that are there already are only shown."""
    known = {row["Name"]: row for row in cloud.openstack("server", "list", json_out=True)}
    image = "guest" if cloud.found.guest else "blank"
    for cell in CELLS:
        if cell not in known:
            with say.step(f"booting server {cell!r} in cell {cell}"):
                cloud.openstack(
                    *("server", "create", "--flavor", "m1.micro", "--image", image),
                    *("--host", f"{cell}-1", "--config-drive", "true"),
                    *("--property", f"cell={cell}", cell),
                )
    for cell in CELLS:
        _wait_active(cloud, cell)
        print(f"\n──── console log of server {cell}, cell {cell} ────")
        print(_console(cloud, cell))
    print()
    print(cloud.openstack("server", "list", "-c", "Name", "-c", "Status", "-c", "Networks"))
    for cell in CELLS:
        _reach(cloud, cell)
    print(
        NEXT.format(
            endpoint=cloud.endpoint, state=cloud.state, client=cloud.found.client, image=image
        )
    )


def _reach(cloud: Cloud, server: str, seconds: float = 120) -> None:
    """Have the guest answer its host, where its host has a network for it."""
    namespace = cloud.found.namespaces.get(f"{server}-1")
    shown = cloud.openstack("server", "show", server, json_out=True)
    found = [address for of_one in shown["addresses"].values() for address in of_one]
    if namespace is None or not found:
        return
    words = ["ip", "netns", "exec", namespace, "busybox", "ping", "-c", "1", "-W", "2", found[0]]
    until = time.monotonic() + seconds
    while subprocess.run(words, capture_output=True, check=False).returncode:
        if time.monotonic() > until:
            raise say.Trouble(f"server {server} does not answer at {found[0]}")
        time.sleep(1)
    say.line(f"{server} answers at {found[0]}: ip netns exec {namespace} ssh cirros@{found[0]}")


def _wait_active(cloud: Cloud, server: str, seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while True:
        shown = cloud.openstack("server", "show", server, json_out=True)
        if shown["status"] == "ACTIVE":
            return
        if shown["status"] == "ERROR" or time.monotonic() > until:
            raise say.Trouble(f"server {server} is {shown['status']}: {shown.get('fault')}")
        if shown["status"] == "SHUTOFF":
            cloud.openstack("server", "start", server)
        time.sleep(1)


def _console(cloud: Cloud, server: str, seconds: float = 120) -> str:
    """The console log, once the guest has come up; the fake driver's at once."""
    until = time.monotonic() + seconds
    while True:
        text = cloud.openstack("console", "log", "show", server)
        if BANNER in text or not cloud.found.guest:
            return text
        if time.monotonic() > until:
            raise say.Trouble(f"server {server} never showed a login prompt; it said:\n{text}")
        time.sleep(1)
