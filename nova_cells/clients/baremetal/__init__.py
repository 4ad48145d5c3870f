# SPDX-License-Identifier: Apache-2.0
"""Nodes of a bare metal service: what is known of them, and what it is asked to do with them."""

from nova_cells.clients.baremetal.interface import BareMetal, NodeLocked
from nova_cells.clients.baremetal.node import Node
from nova_cells.clients.baremetal.select import from_conf

__all__ = ["BareMetal", "Node", "NodeLocked", "from_conf"]
