# SPDX-License-Identifier: Apache-2.0
"""tools/bench [NAME …]: measures what docs/performance.md claims and prints JSON.

Names: select_host, rpc, validation, standalone, many, requests, cluster, hundred_cells; and not
among the default ones: drain, capture, with real guests: guest, live_migration, real_boots, and
with the real services: cycles, service_requests, nodes.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module

from kit import say

DEFAULT = ("select_host", "rpc", "validation", "standalone", "many", "requests", "cluster")
DEFAULT += ("hundred_cells",)
ON_STACK = ("cycles", "service_requests", "nodes")
NAMES = (*DEFAULT, "drain", "capture", "guest", "live_migration", "real_boots", *ON_STACK)


def main() -> int:
    """Exit code 2 for a name there is not."""
    wanted = sys.argv[1:] or list(DEFAULT)
    if not set(wanted) <= set(NAMES):
        print(__doc__, file=sys.stderr)
        return 2
    figures = {"cpus": os.cpu_count(), "load_before": round(os.getloadavg()[0], 2)}
    for name in wanted:
        with say.step(f"measuring {name}"):
            figures[name] = import_module(f"kit.bench.{name}").run()
    print(json.dumps(figures, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
