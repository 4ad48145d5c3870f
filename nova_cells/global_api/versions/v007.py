# SPDX-License-Identifier: Apache-2.0
"""2.7: a public flavor takes no project access."""

from nova_cells.global_api.versioning import gate

gate(7, "2.7-public-flavors-take-no-access")
