# SPDX-License-Identifier: Apache-2.0
"""A process that moves a running guest, for tests that kill it: what to do comes on standard input.

It writes one line when the guest is on its way.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from nova_cells.cell.compute.drivers.interface import Surroundings
from nova_cells.cell.compute.drivers.libvirt import make_drivers
from nova_cells.clients.images.local import LocalImages
from tests.real.conf import driver_conf


def main() -> None:
    told = json.load(sys.stdin)
    conf = driver_conf(told["uris"], told["cache"])
    conf.set_override("live_migration_bandwidth", told["bandwidth"], group="libvirt")
    images = LocalImages(Path(told["images"]))
    surroundings = Surroundings((told["host"],), Path(told["state"]), images)
    driver = make_drivers(conf, surroundings)[told["host"]]
    driver.adopt(told["deployment"])
    said = []

    def watch(transfer):
        if transfer.memory_processed and not said:
            said.append(True)
            sys.stdout.write("moves\n")
            sys.stdout.flush()
        return False

    driver.live_migrate(told["uuid"], told["ticket"], watch)


if __name__ == "__main__":
    main()
