# SPDX-License-Identifier: Apache-2.0
"""A process that does one thing with a container, for tests that kill it: what comes on its input.

It writes one line when it is about to begin.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import Surroundings
from nova_cells.cell.compute.drivers.lxc import make_drivers
from nova_cells.clients.images.local import LocalImages
from nova_cells.objects import Machine
from tests.real.lxc.case import lxc_conf


def main() -> None:
    told = json.load(sys.stdin)
    images = LocalImages(Path(told["images"]))
    surroundings = Surroundings((told["host"],), Path(told["state"]), images)
    driver = make_drivers(lxc_conf(told["uris"], told["cache"]), surroundings)[told["host"]]
    driver.adopt(told["deployment"])
    driver.machines()
    machine = Machine.from_document(told["machine"])
    work = {
        "define": lambda: driver.define(machine),
        "rebuild": lambda: driver.rebuild(machine),
        "capture": lambda: driver.capture(machine, "copy"),
        "destroy": lambda: driver.destroy(machine.uuid),
    }[told["work"]]
    sys.stdout.write("begin\n")
    sys.stdout.flush()
    work()


if __name__ == "__main__":
    main()
