# SPDX-License-Identifier: Apache-2.0
"""2.61: flavors show their extra specs to those who may see them."""

from nova_cells.global_api.versioning import added

added(61, "extra_specs", to="flavor.show")
