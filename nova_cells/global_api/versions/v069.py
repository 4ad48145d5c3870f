# SPDX-License-Identifier: Apache-2.0
"""2.69: of a server whose cell is silent only what is certain is shown."""

from nova_cells.global_api.versioning import gate

gate(69, "2.69-rows-of-silent-cells-are-minimal")
