# SPDX-License-Identifier: Apache-2.0
"""2.89: attached volumes show their two ids, and no longer the volume's as their own."""

from nova_cells.global_api.versioning import added, removed

added(89, "attachment_id", "bdm_uuid", to="volume_attachment.show")
removed(89, "id", of="volume_attachment.show")
