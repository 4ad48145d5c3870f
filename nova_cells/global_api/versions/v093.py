# SPDX-License-Identifier: Apache-2.0
"""2.93: the volume service tells that a volume has its new image."""

from nova_cells.global_api.versioning import body_changed, gate

gate(93, "2.93-root-volumes-are-imaged-anew")


@body_changed(93, of="external_events.create")
def no_new_images(schema):
    names = schema["properties"]["events"]["items"]["properties"]["name"]["enum"]
    names.remove("volume-reimaged")
