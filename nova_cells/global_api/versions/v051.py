# SPDX-License-Identifier: Apache-2.0
"""2.51: owners see the events of actions, without traces; services tell that a volume grew."""

from nova_cells.global_api.versioning import body_changed, gate

gate(51, "2.51-events-for-owners")


@body_changed(51, of="external_events.create")
def no_grown_volumes(schema):
    schema["properties"]["events"]["items"]["properties"]["name"]["enum"].remove("volume-extended")
