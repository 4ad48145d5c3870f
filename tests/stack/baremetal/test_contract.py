# SPDX-License-Identifier: Apache-2.0
"""The contract with Ironic, held by a real one."""

from __future__ import annotations

from nova_cells.clients.baremetal import from_conf
from tests.services.node_contract import NodeContract
from tests.stack.baremetal import ground


class RealNodesTest(NodeContract):
    """A node of its own for each test."""

    def setUp(self) -> None:
        super().setUp()
        self.node = ground.add_node("contract")
        self.addCleanup(ground.remove_node, self.node)
        self.service = from_conf(ground.options(shard="contract"))
        self.addCleanup(self.service.close)


del NodeContract
