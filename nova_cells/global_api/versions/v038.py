# SPDX-License-Identifier: Apache-2.0
"""2.38: a status nobody knows is refused as a filter; before, nothing had it."""

from nova_cells.global_api.versioning import gate

gate(38, "2.38-unknown-status-is-refused")
