# SPDX-License-Identifier: Apache-2.0
"""2.95: an evacuated server is switched off where it lands."""

from nova_cells.global_api.versioning import gate

gate(95, "2.95-evacuated-servers-land-stopped")
