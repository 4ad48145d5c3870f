# SPDX-License-Identifier: Apache-2.0
"""Where shared file systems come from. A deployment without a share service has none."""

from nova_cells.clients.shares.interface import ShareService
from nova_cells.clients.shares.none import NoShares

__all__ = ["NoShares", "ShareService"]
