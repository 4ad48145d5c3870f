# SPDX-License-Identifier: Apache-2.0
"""2.41: aggregates show their uuid."""

from nova_cells.global_api.versioning import added

added(41, "uuid", to="aggregate.show")
