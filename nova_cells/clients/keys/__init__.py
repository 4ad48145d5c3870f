# SPDX-License-Identifier: Apache-2.0
"""Where what opens encrypted volumes is kept: a key manager, one fixed key, or nowhere."""

from nova_cells.clients.keys.interface import KeyService
from nova_cells.clients.keys.select import from_conf

__all__ = ["KeyService", "from_conf"]
