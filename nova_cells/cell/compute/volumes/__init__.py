# SPDX-License-Identifier: Apache-2.0
"""Volumes on this host: connected and let go by os-brick, with a book of who uses what."""

from nova_cells.cell.compute.volumes.connections import Connections, HostConnections
from nova_cells.cell.compute.volumes.facts import facts_of

__all__ = ["Connections", "HostConnections", "facts_of"]
