# SPDX-License-Identifier: Apache-2.0
"""2.50: quota class sets know server groups and no longer networks."""

from nova_cells.global_api.versioning import Schema, added, body_changed, removed

NETWORK_QUOTAS = ("fixed_ips", "floating_ips", "security_groups", "security_group_rules")
GROUP_QUOTAS = ("server_groups", "server_group_members")

added(50, *GROUP_QUOTAS, to="quota_class_set")
removed(50, *NETWORK_QUOTAS, of="quota_class_set")


@body_changed(50, of="quota_class_set.update")
def with_network_quotas(schema: Schema) -> None:
    quotas = schema["properties"]["quota_class_set"]["properties"]
    quotas.update(dict.fromkeys(NETWORK_QUOTAS, quotas["cores"]))
