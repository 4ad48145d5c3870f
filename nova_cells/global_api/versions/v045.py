# SPDX-License-Identifier: Apache-2.0
"""2.45: createImage and createBackup tell the image's id in a body, not its URL in a header."""

from nova_cells.global_api.versioning import gate

gate(45, "2.45-image-id-is-in-the-body")
