# SPDX-License-Identifier: Apache-2.0
"""2.79: attached volumes tell whether they end with their server."""

from nova_cells.global_api.versioning import added

added(79, "delete_on_termination", to="volume_attachment.show")
