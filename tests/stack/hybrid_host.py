# SPDX-License-Identifier: Apache-2.0
"""Plays a host with an Open vSwitch in the network namespace it is started in, for one port.

Prints as JSON which devices and which ports of the switch there are after each step. Run by
`test_hybrid_ports`; everything it starts ends with it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nova_cells.cell.compute.drivers.libvirt import hybrid_ports
from nova_cells.cell.compute.drivers.libvirt.xml import ports

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
UUID = "33333333-3333-4333-8333-333333333333"
NIC = {
    "id": "11111111-1111-4111-8111-111111111111",
    "mac": "fa:16:3e:00:00:01",
    "network_id": "22222222-2222-4222-8222-222222222222",
    "vif_type": "ovs",
    "details": {"ovs_hybrid_plug": True},
    "mtu": 1442,
}


def main(folder: Path) -> None:
    database = f"unix:{folder}/db.sock"
    run("ip", "link", "set", "lo", "up")
    run("ovsdb-tool", "create", folder / "conf.db", SCHEMA)
    store = begin("ovsdb-server", folder / "conf.db", f"--remote=p{database}", folder)
    until((folder / "db.sock").exists)
    run("ovs-vsctl", f"--db={database}", "--no-wait", "init")
    switch = begin("ovs-vswitchd", database, "--disable-system", folder)
    try:
        made = ["--timeout=30", "add-br", "br-int", "--", "set", "bridge", "br-int"]
        run("ovs-vsctl", f"--db={database}", *made, "datapath_type=netdev")
        hybrid_ports.use(database)
        sys.stdout.write(json.dumps(play(database)) + "\n")
    finally:
        for process in (switch, store):
            process.terminate()
            process.wait()


def play(database: str) -> list[dict[str, Any]]:
    """Each step twice: once more is nothing more."""
    wanted, seen = ports.hybrid_ports([NIC]), []
    for work in (hybrid_ports.plug, hybrid_ports.unplug):
        for _ in range(2):
            work(wanted, UUID)
            links = json.loads(run("ip", "-j", "link"))
            listed = run("ovs-vsctl", f"--db={database}", "list-ports", "br-int").split()
            ids = [
                run("ovs-vsctl", f"--db={database}", "get", "interface", name, "external_ids")
                for name in listed
            ]
            seen.append({"devices": [one["ifname"] for one in links], "ids": ids})
    return seen


def run(*command: object) -> str:
    """What it prints."""
    words = [str(word) for word in command]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def begin(program: str, *words: object) -> subprocess.Popen[bytes]:
    *told, folder = (str(word) for word in words)
    control = f"--unixctl={folder}/{program}.ctl"
    with open(f"{folder}/{program}.log", "wb") as log:
        return subprocess.Popen([program, *told, control], stdout=log, stderr=log)


def until(true: Callable[[], bool]) -> None:
    limit = time.monotonic() + 60
    while not true():
        if time.monotonic() > limit:
            raise TimeoutError("the switch's database does not start")
        time.sleep(0.1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
