# SPDX-License-Identifier: Apache-2.0
"""What crosses a process boundary: typed interfaces and fault codes, no behaviour."""

from nova_cells.contracts.agent import Agent
from nova_cells.contracts.cell import Cell
from nova_cells.contracts.conductor import Conductor
from nova_cells.contracts.faults import FaultCode, Outcome, Refused, Unknown
from nova_cells.contracts.feed import Changes, Facts
from nova_cells.contracts.interface import INTERFACES, Interface, Method, interface_versions

__all__ = [
    "INTERFACES",
    "Agent",
    "Cell",
    "Changes",
    "Conductor",
    "Facts",
    "FaultCode",
    "Interface",
    "Method",
    "Outcome",
    "Refused",
    "Unknown",
    "interface_versions",
]
