# SPDX-License-Identifier: Apache-2.0
"""2.33: lists of hypervisors come in pages."""

from nova_cells.global_api.versioning import gate, parameters_added

parameters_added(33, "limit", "marker", to="hypervisor.list")
gate(33, "2.33-hypervisor-pages")
