# SPDX-License-Identifier: Apache-2.0
"""2.87: servers that boot from a volume can be rescued."""

from nova_cells.global_api.versioning import gate

gate(87, "2.87-volume-backed-servers-are-rescued")
