# SPDX-License-Identifier: Apache-2.0
"""2.39: the image metadata proxy is gone, and with it the limit of metadata in images."""

from nova_cells.global_api.versioning import gate, removed

removed(39, "maxImageMeta", of="limits.absolute")

gate(39, "2.39-image-properties-are-not-limited")
