# SPDX-License-Identifier: Apache-2.0
"""Whole machines as guests: nodes of Ironic, each a host of its own."""

from __future__ import annotations

from typing import Any

from nova_cells.cell.compute.drivers.interface import HostSource, Surroundings


def make_drivers(conf: Any, surroundings: Surroundings) -> HostSource:
    """The nodes that [ironic] names; the agent's own host names do not matter."""
    from nova_cells.cell.compute.drivers.ironic.source import Nodes
    from nova_cells.clients.baremetal import from_conf

    return Nodes(from_conf(conf), conf.ironic)
