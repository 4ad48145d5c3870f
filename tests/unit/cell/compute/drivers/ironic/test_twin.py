# SPDX-License-Identifier: Apache-2.0
"""The contract with Ironic, held by its twin."""

from __future__ import annotations

from tests.services.node_contract import NodeContract
from tests.unit.cell.compute.drivers.ironic.twin import UUID, Twin


class TwinNodesTest(NodeContract):
    """A twin of its own for each test."""

    pause = 0.0

    def setUp(self) -> None:
        super().setUp()
        self.service = Twin()
        self.node = UUID.format(0)


del NodeContract
