# SPDX-License-Identifier: Apache-2.0
"""The base of the driver's tests on a real Ironic: one node for all of them."""

from __future__ import annotations

import itertools
from typing import Any

from nova_cells.cell.compute.drivers.ironic.source import Nodes
from nova_cells.clients.baremetal import from_conf
from nova_cells.objects import ImageFacts
from tests.parity.case import DriverTestCase, small_machine
from tests.stack.baremetal import ground

IMAGE = "http://127.0.0.1/never-fetched.img"


class IronicCase(DriverTestCase):
    """`shard` keeps its nodes apart from those of other tests."""

    shard = "parity"
    patience = 30.0
    pause = 0.05
    _numbers = itertools.count()

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.shard = f"{cls.shard}-{next(cls._numbers)}"
        cls.node = ground.add_node(cls.shard)
        cls.addClassCleanup(ground.remove_node, cls.node)

    def source(self) -> Nodes:
        """All nodes of this test, as an agent that has just begun sees them."""
        conf = ground.options(shard=self.shard)
        source = Nodes(from_conf(conf), conf.ironic)
        self.addCleanup(source.close)
        return source

    def make_driver(self) -> Any:
        return self.source().look()[self.node]

    def make_machine(self, **changes: Any) -> Any:
        values = {
            "image": ImageFacts(id=IMAGE),
            "extra_specs": {f"resources:{ground.RESOURCE_CLASS}": "1"},
        }
        return small_machine(**{**values, **changes})
