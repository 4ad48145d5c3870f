# SPDX-License-Identifier: Apache-2.0
"""2.70: attached volumes and ports show their device tag."""

from nova_cells.global_api.versioning import added

added(70, "tag", to="volume_attachment.show")
added(70, "tag", to="interface.show")
