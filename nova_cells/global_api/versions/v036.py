# SPDX-License-Identifier: Apache-2.0
"""2.36: what only stood for the network service is gone, its quotas and limits too."""

from nova_cells.global_api.versioning import Schema, body_changed, removed

NETWORK_QUOTAS = ("fixed_ips", "floating_ips", "security_groups", "security_group_rules")

removed(36, *NETWORK_QUOTAS, of="quota_set")
removed(
    36,
    "maxSecurityGroups",
    "maxSecurityGroupRules",
    "maxTotalFloatingIps",
    "totalSecurityGroupsUsed",
    "totalFloatingIpsUsed",
    of="limits.absolute",
)


@body_changed(36, of="quota_set.update")
def with_network_quotas(schema: Schema) -> None:
    quotas = schema["properties"]["quota_set"]["properties"]
    quotas.update(dict.fromkeys(NETWORK_QUOTAS, quotas["cores"]))
