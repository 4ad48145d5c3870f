# SPDX-License-Identifier: Apache-2.0
"""A process that works on a machine, for tests that kill it: what to do comes on standard input.

It writes one line when it is about to begin. A process of its own, because libvirt's library does
not survive a fork.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import Surroundings
from nova_cells.cell.compute.drivers.libvirt import make_drivers
from nova_cells.clients.images.local import LocalImages
from nova_cells.objects import Machine
from tests.real.conf import driver_conf


def main() -> None:
    told = json.load(sys.stdin)
    images = LocalImages(Path(told["images"]))
    surroundings = Surroundings((told["host"],), Path(told["state"]), images)
    conf = driver_conf(told["uris"], told["cache"])
    driver = make_drivers(conf, surroundings)[told["host"]]
    driver.adopt(told["deployment"])
    driver.machines()
    sys.stdout.write("begin\n")
    sys.stdout.flush()
    machine = Machine.from_document(told["machine"])
    work = {
        "define": lambda: driver.define(machine),
        "capture": lambda: driver.capture(machine, "copy"),
        "send": lambda: driver.send(machine.uuid, told["ticket"]),
        "take_over": lambda: driver.take_over(machine),
        "resize": lambda: driver.resize(machine),
        "unresize": lambda: driver.unresize(machine),
        "cache_image": lambda: driver.cache_image(machine.image),
    }
    work[told.get("work", "define")]()


if __name__ == "__main__":
    main()
