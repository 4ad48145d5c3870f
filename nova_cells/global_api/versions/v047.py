# SPDX-License-Identifier: Apache-2.0
"""2.47: a server shows its flavor as it was at boot, not a link to it."""

from nova_cells.global_api.versioning import Document, Facts, reshaped


@reshaped(
    47, on=("server.show", "server.detail", "server.update", "server.rebuild"), needs=["flavor"]
)
def flavor_was_a_link(server: Document, facts: Facts) -> None:
    number = facts["flavor"]["flavorid"]
    server["flavor"] = {"id": number, "links": facts["links"](number)}
