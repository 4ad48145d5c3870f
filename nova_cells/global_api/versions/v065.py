# SPDX-License-Identifier: Apache-2.0
"""2.65: a live migration that has not begun to move can be aborted too."""

from nova_cells.global_api.versioning import gate

gate(65, "2.65-waiting-live-migrations-can-be-aborted")
