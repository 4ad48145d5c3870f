# SPDX-License-Identifier: Apache-2.0
"""2.5: the ip6 filter is heeded for everybody."""

from nova_cells.global_api.versioning import gate

gate(5, "2.5-ip6-filter-for-all")
