# SPDX-License-Identifier: Apache-2.0
"""2.86: extra specs of known namespaces must be known and their values valid."""

from nova_cells.global_api.versioning import gate

gate(86, "2.86-extra-spec-values-are-checked")
