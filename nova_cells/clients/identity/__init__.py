# SPDX-License-Identifier: Apache-2.0
"""What we ask Keystone beside tokens: whether a project exists, and unified limits.

Importing this package loads no HTTP library: `from_conf` does, and only where Keystone is named.
"""

from nova_cells.clients.identity.faults import IdentityUnavailable
from nova_cells.clients.identity.interface import Identity
from nova_cells.clients.identity.select import from_conf

__all__ = ["Identity", "IdentityUnavailable", "from_conf"]
