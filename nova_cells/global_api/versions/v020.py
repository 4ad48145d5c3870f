# SPDX-License-Identifier: Apache-2.0
"""2.20: volumes of shelved servers come and go too."""

from nova_cells.global_api.versioning import gate

gate(20, "2.20-volumes-of-shelved-servers")
