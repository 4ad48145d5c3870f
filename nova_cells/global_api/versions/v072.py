# SPDX-License-Identifier: Apache-2.0
"""2.72: a server can be created with ports that ask for resources."""

from nova_cells.global_api.versioning import gate

gate(72, "2.72-ports-ask-for-resources")
