# SPDX-License-Identifier: Apache-2.0
"""2.35: key pairs come in pages."""

from nova_cells.global_api.versioning import gate, parameters_added

parameters_added(35, "limit", "marker", to="keypair.index")
gate(35, "2.35-keypair-pages")
