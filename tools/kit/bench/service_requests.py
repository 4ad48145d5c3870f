# SPDX-License-Identifier: Apache-2.0
"""How many requests to Neutron and Cinder a server with a port and a volume costs.

The second server is counted: the first one teaches our processes the network's documents.
NOVA_CELLS_TEST_STACK names a stack that runs already, as for tests/stack.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from kit import paths
from kit.stack import sharing

sys.path.insert(0, str(paths.TOOLS.parent))

from tests.stack.counted import Counted
from tests.stack.cycles import Cycles
from tests.stack.roles import StackRoles

ENDPOINTS = """\
[neutron]
endpoint_override = {neutron}
[cinder]
endpoint_override = {cinder}/%(project_id)s
"""


def run() -> dict[str, Any]:
    """Kind of volume → the requests of a boot and of a delete, by service."""
    with (
        tempfile.TemporaryDirectory(prefix="nova-cells-counted-") as folder,
        sharing.one() as stack,
    ):
        urls = {name: stack.urls[name] for name in ("neutron", "cinder")}
        relays = {name: Counted(url, Path(folder), name) for name, url in urls.items()}
        more = ENDPOINTS.format(**{name: relay.url for name, relay in relays.items()})
        cloud = StackRoles(stack, conductors=1, more=more)
        try:
            cloud.start()
            cloud.ready()
            cycles = Cycles(stack, cloud)
            cycles.cycle(0)
            return {
                "a new volume": _counted(cycles, relays, None),
                "a given volume": _counted(cycles, relays, cycles.volume()),
            }
        finally:
            cloud.close()
            for relay in relays.values():
                relay.close()


def _counted(cycles: Cycles, relays: dict[str, Counted], volume: str | None) -> dict[str, Any]:
    before = {name: len(relay.seen) for name, relay in relays.items()}
    uuid = cycles.boot("counted", volume)
    cycles.wait(uuid)
    between = {name: len(relay.seen) for name, relay in relays.items()}
    cycles.remove(uuid)
    boot = {name: relay.seen[before[name] : between[name]] for name, relay in relays.items()}
    gone = {name: relay.seen[between[name] :] for name, relay in relays.items()}
    many = sum(len(each) for each in boot.values())
    return {"requests_of_a_boot": many, "boot": boot, "delete": gone}
