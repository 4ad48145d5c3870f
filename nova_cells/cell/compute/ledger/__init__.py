# SPDX-License-Identifier: Apache-2.0
"""What an agent must never forget: finished steps, generations, epochs, tombstones, reports."""

from nova_cells.cell.compute.ledger.ledger import Begun, Ledger, Stale, token_of

__all__ = ["Begun", "Ledger", "Stale", "token_of"]
