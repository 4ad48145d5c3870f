# SPDX-License-Identifier: Apache-2.0
"""The names of a node's states, and what they mean to us."""

from __future__ import annotations

from nova_cells.cell.compute.drivers.interface import PowerState
from nova_cells.clients.baremetal import Node

ACTIVE = "active"
AVAILABLE = "available"
DEPLOY_FAILED = "deploy failed"
RESCUE = "rescue"
ERROR = "error"

DEPLOYING = frozenset({"deploying", "wait call-back", "deploy hold"})
RESCUING = frozenset({"rescuing", "rescue wait", "unrescuing"})
RESCUE_FAILED = frozenset({"rescue failed", "unrescue failed"})
RESCUED = RESCUE_FAILED | {RESCUE}
CLEANING = frozenset({"cleaning", "clean wait", "deleting"})
UNDOING = frozenset({"deleting"})
HELD_UP = (DEPLOYING - {"wait call-back", "deploy hold"}) | {"rescuing", "unrescuing"}
"""Nothing else can be asked of a node before these have ended."""
WORN = RESCUED | {ACTIVE, DEPLOY_FAILED, ERROR, "wait call-back", "deploy hold", "rescue wait"}
"""It has to be undeployed before it is anybody else's."""

ON, OFF = "power on", "power off"
_POWER = {ON: PowerState.RUNNING, OFF: PowerState.SHUTDOWN}


def power_of(node: Node) -> PowerState:
    """What the service last saw of its power; NOSTATE where it can't tell."""
    return _POWER.get(node.power_state or "", PowerState.NOSTATE)


def at_rest(node: Node) -> bool:
    """Nothing is being done to it."""
    return node.reservation is None and not node.target_power_state
