# SPDX-License-Identifier: Apache-2.0
"""Nothing is left in any service when agents and conductors die while servers come and go.

NOVA_CELLS_CYCLES says how many servers; tools/bench cycles does the full number.
"""

from __future__ import annotations

import os
import unittest

from tests.stack.cycles import Cycles
from tests.stack.ground import ground
from tests.stack.roles import StackRoles
from tests.stores.base import require

MANY = int(os.environ.get("NOVA_CELLS_CYCLES", "12"))
AT_ONCE = 8
SEED = 5


class CyclesTest(unittest.TestCase):
    def test_nothing_is_left(self) -> None:
        require("mariadb")
        require("rabbitmq")
        stack = ground().stack
        cloud = StackRoles(stack)
        self.addCleanup(cloud.close)
        cloud.start()
        cloud.ready()
        cycles = Cycles(stack, cloud)
        figures = cycles.run(MANY, AT_ONCE, SEED)
        cycles.clean()
        self.assertEqual({"ACTIVE": MANY}, figures["ends"])
        self.assertTrue(figures["killed"])
