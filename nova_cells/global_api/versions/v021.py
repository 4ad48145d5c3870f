# SPDX-License-Identifier: Apache-2.0
"""2.21: the actions of deleted servers can be read."""

from nova_cells.global_api.versioning import gate

gate(21, "2.21-actions-of-deleted-servers")
