# SPDX-License-Identifier: Apache-2.0
"""What an agent must never forget: finished steps, generations, epochs, tombstones, reports."""

from nova_cells.cell.compute.ledger.ledger import Ledger, Stale, token_of

__all__ = ["Ledger", "Stale", "token_of"]
