# SPDX-License-Identifier: Apache-2.0
"""2.60: a volume can be attached to several servers."""

from nova_cells.global_api.versioning import gate

gate(60, "2.60-volumes-of-several-servers")
