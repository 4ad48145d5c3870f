# SPDX-License-Identifier: Apache-2.0
"""2.75: unknown query parameters are refused by many lists; no swap is 0, no longer nothing."""

from nova_cells.global_api.versioning import gate, query_strict, reshaped

query_strict(
    75,
    on=(
        "flavor.list",
        "keypair.index",
        "keypair.show",
        "keypair.delete",
        "limits",
        "quota_set",
        "server_group.list",
        "service.list",
    ),
)
gate(75, "2.75-hypervisors-always-list-servers")


@reshaped(75, on="flavor.show")
def no_swap_was_empty_text(flavor, facts):
    flavor["swap"] = flavor["swap"] or ""
