# SPDX-License-Identifier: Apache-2.0
"""2.40: usage comes in pages."""

from nova_cells.global_api.versioning import gate, parameters_added

parameters_added(40, "limit", "marker", to=("tenant_usage.list", "tenant_usage.show"))
gate(40, "2.40-usage-pages")
