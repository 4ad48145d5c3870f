# SPDX-License-Identifier: Apache-2.0
"""Typed calls between processes, generated from `contracts`, over oslo.messaging.

A call ends in one of three ways: a value, `contracts.Refused`, or `contracts.Unknown`. No RPC
inside a database transaction: the client refuses that as a program error.
"""

from nova_cells.runtime.messaging.bus import Bus
from nova_cells.runtime.messaging.client import Client, Peer
from nova_cells.runtime.messaging.server import Server

__all__ = ["Bus", "Client", "Peer", "Server"]
