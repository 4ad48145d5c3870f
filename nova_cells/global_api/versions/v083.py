# SPDX-License-Identifier: Apache-2.0
"""2.83: more filters are heeded for everybody."""

from nova_cells.global_api.versioning import gate

gate(83, "2.83-more-filters-for-all")
