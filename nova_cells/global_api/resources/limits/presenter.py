# SPDX-License-Identifier: Apache-2.0
"""Limits as the newest version shows them: the same numbers as quota sets, under other names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nova_cells.global_api.resources.quota_sets.limits_store import UNLIMITED

SHAPE = "limits.absolute"

LIMITS = {
    "maxServerMeta": "metadata_items",
    "maxTotalInstances": "instances",
    "maxTotalRAMSize": "ram",
    "maxTotalCores": "cores",
    "maxTotalKeypairs": "key_pairs",
    "maxServerGroups": "server_groups",
    "maxServerGroupMembers": "server_group_members",
}
USED = {
    "totalRAMUsed": "ram",
    "totalCoresUsed": "cores",
    "totalInstancesUsed": "instances",
    "totalServerGroupsUsed": "server_groups",
}
PAST = (
    "maxImageMeta",
    "maxPersonality",
    "maxPersonalitySize",
    "maxSecurityGroups",
    "maxSecurityGroupRules",
    "maxTotalFloatingIps",
    "totalSecurityGroupsUsed",
    "totalFloatingIpsUsed",
)


def show(limits: Mapping[str, int], used: Mapping[str, int], request: Any) -> dict[str, Any]:
    document = {name: limits[quota] for name, quota in LIMITS.items()}
    document.update({name: used[quota] for name, quota in USED.items()})
    facts = {
        "maxImageMeta": limits["metadata_items"],
        "maxPersonality": limits["injected_files"],
        "maxPersonalitySize": limits["injected_file_content_bytes"],
        "maxSecurityGroups": UNLIMITED,
        "maxSecurityGroupRules": UNLIMITED,
        "maxTotalFloatingIps": UNLIMITED,
        "totalSecurityGroupsUsed": 0,
        "totalFloatingIpsUsed": 0,
    }
    return {"rate": [], "absolute": request.plan.step_back(document, facts)}
