# SPDX-License-Identifier: Apache-2.0
"""2.51: a server's owner sees the events of its actions, without their traces."""

from nova_cells.global_api.versioning import gate

gate(51, "2.51-events-for-owners")
