# SPDX-License-Identifier: Apache-2.0
"""2.82: services tell that a server's accelerators are bound."""

from nova_cells.global_api.versioning import body_changed


@body_changed(82, of="external_events.create")
def no_accelerators(schema):
    names = schema["properties"]["events"]["items"]["properties"]["name"]["enum"]
    names.remove("accelerator-request-bound")
