# SPDX-License-Identifier: Apache-2.0
"""2.47: a server shows its flavor as it was at boot, not a link to it."""

from nova_cells.global_api.versioning import Document, Facts, Schema, reshaped, shape_changed, whole
from nova_cells.global_api.versioning.answers import LINKS


@reshaped(
    47, on=("server.show", "server.detail", "server.update", "server.rebuild"), needs=["flavor"]
)
def flavor_was_a_link(server: Document, facts: Facts) -> None:
    number = facts["flavor"]["flavorid"]
    server["flavor"] = {"id": number, "links": facts["links"](number)}


@shape_changed(47, of=("server.show", "server.detail", "server.update", "server.rebuild"))
def flavor_is_a_link(schema: Schema) -> None:
    schema["properties"]["flavor"] = whole({"id": {"type": "string"}, "links": LINKS})
