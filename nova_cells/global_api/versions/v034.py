# SPDX-License-Identifier: Apache-2.0
"""2.34: whether a live migration is possible is found out after it was accepted."""

from nova_cells.global_api.versioning import gate

gate(34, "2.34-live-migrations-are-checked-later")
