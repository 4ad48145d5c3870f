# SPDX-License-Identifier: Apache-2.0
"""2.76: the bare metal service tells that a server's power changed."""

from nova_cells.global_api.versioning import body_changed


@body_changed(76, of="external_events.create")
def no_power_updates(schema):
    names = schema["properties"]["events"]["items"]["properties"]["name"]["enum"]
    names.remove("power-update")
