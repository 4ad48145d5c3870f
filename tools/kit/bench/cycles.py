# SPDX-License-Identifier: Apache-2.0
"""A hundred servers with a port and a volume come and go on the real services, eight at a time.

An agent and a conductor die at random meanwhile; "left" counts what any service has afterwards.
NOVA_CELLS_TEST_STACK names a stack that runs already, as for tests/stack.
"""

from __future__ import annotations

import os
import sys
from typing import Any

from kit import paths
from kit.stack import sharing

sys.path.insert(0, str(paths.TOOLS.parent))

from tests.stack.cycles import Cycles
from tests.stack.roles import StackRoles

MANY = int(os.environ.get("NOVA_CELLS_CYCLES", "100"))
AT_ONCE, SEED = 8, 5


def run() -> dict[str, Any]:
    """How many became active, who died how often, what is left."""
    with sharing.one() as stack:
        cloud = StackRoles(stack)
        try:
            cloud.start()
            cloud.ready()
            cycles = Cycles(stack, cloud)
            figures = cycles.run(MANY, AT_ONCE, SEED)
            cycles.clean()
            return {**figures, "left": len(cycles.left())}
        finally:
            cloud.close()
